namespace MLNet.ResNetFamily.Cli;

/// <summary>A class that an image may show.</summary>
/// <param name="Label">The class.</param>
/// <param name="Probability">How probable it is, 0 to 1.</param>
internal sealed record Prediction(string Label, float Probability);
