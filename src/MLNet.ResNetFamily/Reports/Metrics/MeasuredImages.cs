namespace MLNet.ResNetFamily;

/// <summary>What a model was measured with.</summary>
/// <param name="ClassNames">Name of each class.</param>
/// <param name="Count">Images that could be read.</param>
/// <param name="Seconds">Time for reading and scoring.</param>
internal sealed record MeasuredImages(IReadOnlyList<string> ClassNames, int Count, double Seconds);
