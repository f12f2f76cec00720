namespace MLNet.ResNetFamily;

/// <summary>Where a network's starting weights come from: a published row or a file, found from what the user wrote.</summary>
/// <param name="Published">The row, or null for a file of the user's own.</param>
/// <param name="Path">The user's own file, or null for a row.</param>
internal sealed record WeightSource(PublishedWeights? Published, string? Path)
{
    /// <summary>Finds out what is meant, without fetching anything.</summary>
    /// <param name="weights"><see cref="PretrainedWeights.ImageNet"/> or <see cref="PretrainedWeights.MLNet"/>, the name of a row, or the
    /// path of a file or folder.</param>
    /// <param name="spec">The backbone that the weights are for.</param>
    /// <exception cref="ArgumentException">There is no such row or file, or it belongs to another backbone.</exception>
    /// <exception cref="FileNotFoundException">ML.NET's package is not on this machine.</exception>
    public static WeightSource Find(string weights, BackboneSpec spec)
    {
        if (weights == PretrainedWeights.ImageNet)
            return new WeightSource(PretrainedWeights.Best(spec.Name), null);
        if (weights == PretrainedWeights.MLNet)
        {
            Require(Backbones.ResNet20MLNet.Name, spec, weights);
            return new WeightSource(null, MLNetWeights.Find());
        }
        if (File.Exists(weights) || Directory.Exists(weights))
            return new WeightSource(null, weights);
        if (PretrainedWeights.All.FirstOrDefault(row => row.Name == weights) is not { } row)
        {
            throw new ArgumentException(
                $"Weights '{weights}' are neither a file nor a published name. For '{spec.Name}' there are: " +
                $"{ListText.Text(PretrainedWeights.All.Where(row => row.Backbone == spec.Name).Select(row => row.Name))}.",
                nameof(weights));
        }
        Require(row.Backbone, spec, weights);
        return new WeightSource(row, null);
    }

    /// <summary>Fetches the file where that is needed, opens it, and says how its images are to be prepared.</summary>
    /// <param name="progress">Told how far a download has come; null for nobody.</param>
    /// <param name="cancellationToken">Ends a download.</param>
    /// <param name="stateKey">Where the weights stand in a PyTorch checkpoint; null for the usual places.</param>
    /// <returns>
    /// The file, which the caller disposes of, and the preprocessing that belongs to the weights; null where the file does not say.
    /// </returns>
    /// <exception cref="IOException">The file could not be fetched.</exception>
    /// <exception cref="InvalidDataException">The file has the wrong hash, or is damaged.</exception>
    public (WeightFile File, Preprocessing? Preprocessing) Open(
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default, string? stateKey = null)
    {
        var file = WeightFile.Open(
            Path ?? PretrainedWeights.DownloadAsync(Published!, progress, cancellationToken).GetAwaiter().GetResult(), stateKey);
        try
        {
            return (file, Published is { } row ? row.Preprocessing : WeightMetadata.Preprocessing(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Require(string backbone, BackboneSpec spec, string weights)
    {
        if (backbone != spec.Name)
        {
            throw new ArgumentException(
                $"Weights '{weights}' belong to the backbone '{backbone}', not to '{spec.Name}'. Choose weights or backbone anew.",
                nameof(weights));
        }
    }
}
