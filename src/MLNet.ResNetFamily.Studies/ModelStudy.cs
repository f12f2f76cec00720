namespace MLNet.ResNetFamily;

/// <summary>A study that looks at a trained classifier with labeled images, many times over.</summary>
/// <param name="Model">The trained classifier; it stays as it is.</param>
/// <param name="ImageFolder">Labeled images: a folder of class folders named like the model's classes.</param>
public abstract record ModelStudy(ImageClassifierTransformer Model, string ImageFolder) : Study
{
    /// <summary>
    /// Images to measure with, the same number of each class; 0 for all. Null, the default, means what the default budget allows, or the
    /// paper's number in a full study.
    /// </summary>
    public int? ImageCount { get; init; }

    /// <summary>
    /// Repetitions with other random choices. At least 1; null, the default, means what the default budget allows, or the paper's number in
    /// a full study.
    /// </summary>
    public int? DrawCount { get; init; }

    /// <inheritdoc/>
    public override string Budget =>
        $"{(Images == 0 ? "all images" : $"{Images} images")}, {Draws} {DrawsInWords} ({(IsFull ? "the paper's effort" : "reduced")})";

    /// <summary>What a repetition is, in the plural.</summary>
    private protected abstract string DrawsInWords { get; }

    /// <summary>Images and repetitions of the default budget.</summary>
    private protected abstract (int Images, int Draws) Reduced { get; }

    /// <summary>Images and repetitions of the paper; 0 for all images.</summary>
    private protected abstract (int Images, int Draws) Full { get; }

    private protected override string Settings =>
        $"{Model.Backbone.Name} {StudyNetwork.Fingerprint(Model)}, images {Path.GetFullPath(ImageFolder)}, count {Images}, draws {Draws}";

    private protected int Draws => DrawCount ?? (IsFull ? Full : Reduced).Draws;

    private int Images => ImageCount ?? (IsFull ? Full : Reduced).Images;

    private protected override void Measure(StudyResults results)
    {
        using var threads = TorchThreads.Use(Threads);
        using var network = StudyNetwork.Copy(Model);
        using var images = StudyImages.Read(
            ImageFolder, Model.ClassNames, Model.Preprocessing, Images, Reading, line => Progress?.Report(line));
        Measure(results, network, images);
    }

    /// <summary>Makes the measurements on a copy of the network.</summary>
    private protected abstract void Measure(StudyResults results, ImageClassifierNetwork network, StudyImages images);
}
