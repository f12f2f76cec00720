namespace MLNet.ResNetFamily;

/// <summary>The header of a saved featurizer.</summary>
internal sealed record FeaturizerHeader : SavedHeader
{
    public required string OutputColumnName { get; init; }
}
