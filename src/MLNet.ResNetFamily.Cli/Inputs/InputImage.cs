namespace MLNet.ResNetFamily.Cli;

/// <summary>An image that is to be scored.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its class, where it is known.</param>
internal readonly record struct InputImage(string Path, string? Label = null);
