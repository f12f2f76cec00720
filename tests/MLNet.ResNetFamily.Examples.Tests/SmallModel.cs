using Microsoft.ML;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>Images, a classifier that was trained on them in seconds, and its weights: what the examples are given.</summary>
internal static class SmallModel
{
    public const string Backbone = "resnet20_cifar";

    private static readonly TemporaryFolder Folder = new();
    private static readonly Lazy<string> Trained = new(Train);

    /// <summary>A folder with one folder of images for each class.</summary>
    public static string Images => Path.Combine(Trained.Value, "images");

    /// <summary>The saved pipeline; its image column is <c>ImagePath</c>.</summary>
    public static string Model => Path.Combine(Trained.Value, "model.zip");

    /// <summary>The weights alone, as PyTorch writes them.</summary>
    public static string Checkpoint => Path.Combine(Trained.Value, "weights.pth");

    /// <summary>An image that was not trained on.</summary>
    public static string NewImage(string className)
    {
        var path = Path.Combine(Trained.Value, $"a new {className} image.jpg");
        using var image = TestImages.Image(999 + Array.IndexOf(TestImages.ClassNames, className), size: 240);
        image.Save(path);
        return path;
    }

    /// <summary>A path in a folder of this test run.</summary>
    public static string NewPath(string name) => Path.Combine(Trained.Value, $"{Guid.NewGuid():N}-{name}");

    /// <summary>Deletes all of it, after the last test.</summary>
    public static void Delete() => Folder.Dispose();

    private static string Train()
    {
        TestImages.Files(Folder.File("images"), 48, ".jpg", size: 48);
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadImageFolder(Folder.File("images"));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ImageClassifier(new ImageClassifierTrainer.Options
            {
                Backbone = Backbones.Named(Backbone),
                ImageColumnName = "ImagePath",
                Epochs = 8,
                BatchSize = 12,
                Threads = 1,
                Device = ComputeDevice.Cpu,
            }))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(images);
        mlContext.Model.Save(model, images.Schema, Folder.File("model.zip"));
        model.OfType<ImageClassifierTransformer>().Single().SaveWeights(Folder.File("weights.pth"));
        return Folder.Path;
    }
}
