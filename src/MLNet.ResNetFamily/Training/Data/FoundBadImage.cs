namespace MLNet.ResNetFamily;

/// <summary>An image that turned out to be unreadable during a training.</summary>
/// <param name="Image">The image and the reason.</param>
/// <param name="Index">Its place among the training or the validation images.</param>
/// <param name="IsValidation">Which of the two.</param>
/// <param name="Epoch">Number of the epoch in which it was found; that epoch's order still counts it.</param>
internal sealed record FoundBadImage(BadImage Image, int Index, bool IsValidation, int Epoch);
