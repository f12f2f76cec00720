using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Labeled images as a network meets them, in memory, for studies that look at the same ones many times.</summary>
internal sealed class StudyImages : IDisposable
{
    private const int BatchSize = 100;

    private readonly List<(Tensor Images, Tensor Labels)> _batches = [];

    /// <summary>Images read.</summary>
    public int Count { get; private set; }

    /// <summary>Batches of images [N, C, S, S] and labels [N].</summary>
    public IReadOnlyList<(Tensor Images, Tensor Labels)> Batches => _batches;

    /// <summary>Reads a folder of class folders.</summary>
    /// <param name="folder">The folder; its sub-folders are named like the classes.</param>
    /// <param name="classNames">The classes in the order of the network's outputs.</param>
    /// <param name="preprocessing">What the network expects.</param>
    /// <param name="count">Images to read at most, the same number of each class as far as there are; 0 for all.</param>
    /// <param name="options">Says threads, seed and largest image, and stops the reading.</param>
    /// <param name="log">Gets a line for every image that cannot be read.</param>
    /// <exception cref="InvalidDataException">A sub-folder is named like no class, or no image can be read.</exception>
    public static StudyImages Read(
        string folder, IReadOnlyList<string> classNames, Preprocessing preprocessing, int count, TrainingOptions options,
        Action<string> log)
    {
        var files = LabeledFiles.Sample(folder, count, options.EffectiveSeed);
        var labelOf = classNames.Select((name, index) => (name, index)).ToDictionary(entry => entry.name, entry => entry.index);
        if (files.Select(file => file.Label).FirstOrDefault(label => !labelOf.ContainsKey(label)) is { } unknown)
        {
            throw new InvalidDataException(
                $"'{folder}': the model knows no class '{unknown}', only {ListText.Quoted(classNames)}. " +
                "Give a folder whose sub-folders are named like the model's classes.");
        }
        var images = new TrainingImages(
            [.. files.Select(file => new ImageFile(file.Path))], [.. files.Select(file => labelOf[file.Label])], classNames.Count);
        var dataset = new ImageDataset(
            images, "study", preprocessing, options, CPU, (_, bad) => log($"'{bad.Origin}' is left out: {bad.Reason}"));
        var result = new StudyImages();
        foreach (var batch in dataset.Read(dataset.ReadableIndices, BatchSize, epoch: null))
        {
            using (batch)
            {
                if (batch.Indices.Length == 0)
                    continue;
                using var scope = NewDisposeScope();
                var labels = BatchLabels.Of(batch, images, CPU);
                result._batches.Add((batch.ToTensor().clone().DetachFromDisposeScope(), labels.DetachFromDisposeScope()));
                result.Count += batch.Indices.Length;
            }
        }
        if (result.Count == 0)
            throw new InvalidDataException($"'{folder}': no image can be read.");
        return result;
    }

    /// <summary>Share of the images that a network classifies rightly, 0 to 1.</summary>
    public double Accuracy(ImageClassifierNetwork network, CancellationToken cancellationToken)
    {
        using var inference = inference_mode();
        long right = 0;
        foreach (var (images, labels) in _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            right += network.call(images).argmax(1).eq(labels).sum().item<long>();
        }
        return (double)right / Count;
    }

    public void Dispose()
    {
        foreach (var (images, labels) in _batches)
        {
            images.Dispose();
            labels.Dispose();
        }
    }
}
