using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Brings a network that was trained elsewhere into ML.NET.</summary>
public static class ImageClassifierImport
{
    /// <summary>Makes an image classifier from published weights or a PyTorch checkpoint; nothing is trained.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Model</c>.</param>
    /// <param name="backbone">The backbone that the weights belong to.</param>
    /// <param name="weights"><see cref="PretrainedWeights.ImageNet"/>, the name of a row of <see cref="PretrainedWeights.All"/>, or the
    /// path of a .safetensors file or a PyTorch checkpoint.</param>
    /// <param name="classNames">
    /// Name of each class, in the order of the network's outputs; at least two, none empty and none given twice.
    /// </param>
    /// <param name="imageColumnName">Name of the image column: MLImage, paths, encoded files or pixels; null, the default, for <c>Image</c>
    /// where the data have it, else <c>ImagePath</c>.</param>
    /// <returns>The classifier; the caller disposes of it, or of the chain that it becomes part of.</returns>
    /// <exception cref="ArgumentException">The class names cannot be used, or there are no such weights for this backbone.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the backbone and the number of classes.</exception>
    /// <exception cref="IOException">Published weights could not be fetched.</exception>
    public static ImageClassifierTransformer ImportImageClassifier(
        this ModelOperationsCatalog catalog, BackboneSpec backbone, string weights, IReadOnlyList<string> classNames,
        string? imageColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(classNames);
        if (imageColumnName is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        CheckClassNames(classNames);
        var (file, preprocessing) = WeightSource.Find(weights, backbone).Open();
        using var opened = file;

        using var modes = TorchModes.Enter();
        var network = new ImageClassifierNetwork(backbone, classNames.Count);
        try
        {
            WeightImport.LoadWhole(network, file, HeadImport.Required);
            return new(
                MLNetInternals.Environment(catalog), network, ClassLabels.Of(classNames),
                (preprocessing ?? backbone.Preprocessing).WithChannels(backbone.InputChannels), new() { Image = imageColumnName });
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void CheckClassNames(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
        {
            throw new ArgumentException(
                $"There is {names.Count} class name, but a classifier needs at least 2. Name every output of the network.", nameof(names));
        }
        if (names.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException(
                $"Class name {names.ToList().FindIndex(string.IsNullOrWhiteSpace) + 1} of {names.Count} is empty. " +
                "Name every output of the network.", nameof(names));
        }
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Class name '{twice.Key}' is given {twice.Count()} times, but each class needs its own. Tell them apart.", nameof(names));
        }
    }
}
