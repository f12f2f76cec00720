namespace WebService;

/// <summary>A class and how probable it is, from 0 to 1.</summary>
internal sealed record Prediction(string Label, float Probability);
