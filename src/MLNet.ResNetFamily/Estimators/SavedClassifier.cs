using System.IO.Compression;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Finds the image classifier in a model file that ML.NET saved.</summary>
internal static class SavedClassifier
{
    /// <summary>
    /// Whether a file is a model of ML.NET that holds an image classifier; a PyTorch file, which is a zip archive too, is none.
    /// </summary>
    public static bool IsIn(string path)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return archive.Entries.Any(entry => entry.Name == ImageClassifierTransformer.StreamName);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Loads the classifier, which has one network; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">The model is damaged, holds no classifier, or is an ensemble.</exception>
    public static ImageClassifierTransformer Load(string path)
    {
        var classifier = LoadAny(path);
        if (classifier is ImageClassifierTransformer single)
            return single;
        classifier.Dispose();
        throw new InvalidDataException($"'{path}': {ClassifierFinder.NotOfOneNetwork(classifier)}");
    }

    /// <summary>Loads the classifier, which may be an ensemble; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">The model is damaged, or holds no classifier.</exception>
    public static IImageClassifier LoadAny(string path)
    {
        var model = new MLContext().Model.Load(path, out _);
        var classifier = ClassifierFinder.Find(model);
        foreach (var other in (model as IEnumerable<ITransformer> ?? [model]).Where(step => step != classifier))
            (other as IDisposable)?.Dispose();
        return classifier ?? throw new InvalidDataException(
            $"'{path}' holds no image classifier. Give a model that ImageClassifier made.");
    }
}
