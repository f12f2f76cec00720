using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests;

/// <summary>A classifier that trains in a second.</summary>
internal static class TinyClassifier
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly Lazy<string> SavedPath = new(TrainAndSave);

    public static ResNetSpec Backbone { get; } = new("tiny", BlockKind.Basic, 1, 1)
    {
        BaseWidth = 8,
        Stem = StemKind.Cifar,
        Preprocessing = new() { ImageSize = TestImages.Size, ResizeSize = TestImages.Size },
    };

    public static ImageClassifierTrainer.Options Options { get; } = new()
    {
        Backbone = Backbone,
        Epochs = 6,
        BatchSize = 8,
        Threads = 1,
        Device = ComputeDevice.Cpu,
    };

    /// <summary>The data with their label as a key.</summary>
    public static IDataView WithKey(MLContext mlContext, IDataView data) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);

    public static IDataView Planes(MLContext mlContext, int count) =>
        WithKey(mlContext, mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, count))));

    public static ImageClassifierTransformer Train(MLContext mlContext, ImageClassifierTrainer.Options? options = null, int count = 24) =>
        mlContext.Transforms.ImageClassifier(options ?? Options).Fit(Planes(mlContext, count));

    /// <summary>A trained classifier of its own for each caller; trained once, then loaded.</summary>
    public static ImageClassifierTransformer Trained(MLContext? mlContext = null)
    {
        var model = (mlContext ?? new MLContext()).Model.Load(SavedPath.Value, out _);
        var classifier = (model as IEnumerable<ITransformer> ?? [model]).OfType<ImageClassifierTransformer>().Single();
        classifier.Scoring = classifier.Scoring with { Threads = 1 };
        return classifier;
    }

    public static List<TestImages.ScoredRow> Rows(MLContext mlContext, IDataView scored) =>
        [.. mlContext.Data.CreateEnumerable<TestImages.ScoredRow>(scored, reuseRowObject: false)];

    /// <summary>Deletes the saved model, after the last test.</summary>
    public static void Delete() => Folder.Dispose();

    private static string TrainAndSave()
    {
        var mlContext = new MLContext();
        using var model = Train(mlContext);
        var path = Folder.File("tiny.zip");
        mlContext.Model.Save(model, Planes(mlContext, 1).Schema, path);
        return path;
    }
}
