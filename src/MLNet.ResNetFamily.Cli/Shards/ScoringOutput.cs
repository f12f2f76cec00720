namespace MLNet.ResNetFamily.Cli;

/// <summary>Where a command that scores writes a line for each image.</summary>
/// <param name="Path">The result, full.</param>
/// <param name="Format">Its format.</param>
/// <param name="Shard">The part of the images that is scored; null for all.</param>
internal sealed record ScoringOutput(string Path, ResultFormat Format, Shard? Shard);
