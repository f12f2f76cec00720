namespace MLNet.ResNetFamily;

/// <summary>What became of each tensor of a weight file, and of each tensor of the network.</summary>
public sealed record WeightReport
{
    /// <summary>Path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Tensors of the network, by the network's keys, that now hold the file's values.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>
    /// Tensors of the network that the file lacks and that keep their values. Only <c>num_batches_tracked</c> counters, which older
    /// checkpoints do not have and which no output depends on, may be missing without being skipped.
    /// </summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>
    /// Entries of the file, by the file's keys, that no network has: counters of a training program, and values that are no tensors.
    /// </summary>
    public required IReadOnlyList<string> Unused { get; init; }

    /// <summary>Tensors of the file or the network that were left out because the caller said so.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Whether the classifier was among the tensors that were loaded; false for a backbone.</summary>
    public required bool IsHeadLoaded { get; init; }

    /// <summary>
    /// Key of the first convolution, where its values for red, green and blue were adapted to another number of channels, as timm does
    /// it: summed for one channel, else repeated and scaled by 3 over their number. Null where they were not.
    /// </summary>
    public string? AdaptedConvolution { get; init; }

    /// <summary>Whether the network has a classifier that the file gave no values.</summary>
    internal bool KeepsOwnHead { get; init; }

    /// <summary>Channels that the network takes.</summary>
    internal int InputChannels { get; init; }

    /// <summary>The counts in one line.</summary>
    public override string ToString() =>
        $"'{Path}': {Loaded.Count} tensors loaded, {Missing.Count} missing{WhyMissing}, {Unused.Count} unused, {Skipped.Count} skipped" +
        (AdaptedConvolution is null ? "" : $"; '{AdaptedConvolution}' is adapted from 3 to {InputChannels} channels") +
        (KeepsOwnHead ? "; the classifier is not from the file" : "");

    private string WhyMissing => Missing.Count > 0 && Missing.All(key => key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
        ? " (counters of batches, on which no output depends)"
        : "";
}
