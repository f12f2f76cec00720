using System.Formats.Tar;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Tests.Weights;

namespace MLNet.ResNetFamily.Tests.Scoring;

/// <summary>A published network over the 10,000 test files of CIFAR-10.</summary>
[TestClass]
[TestCategory("Slow")]
[DoNotParallelize]
public sealed class LongScanTests : IDisposable
{
    private const int FileCount = 10_000;
    private const long MostGrowth = 200 << 20;
    private const double LeastAgreement = 0.995;
    private static readonly string[] ClassNames =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void MemoryStaysWhereItWasAtFile1000()
    {
        using var classifier = Classifier("resnet20", "12fca82f");
        var files = 0;
        long at1000 = 0, most = 0;

        foreach (var scores in classifier.Transform(Files(step: 1)).GetColumn<float[]>("Score"))
        {
            files++;
            if (files == 1000)
                at1000 = Environment.WorkingSet;
            if (files >= 1000 && files % 100 == 0)
                most = Math.Max(most, Environment.WorkingSet);
        }

        Console.WriteLine($"{at1000 >> 20} MiB at file 1000, at most {most >> 20} MiB afterwards");
        Assert.AreEqual(FileCount, files);
        Assert.IsLessThanOrEqualTo(at1000 + MostGrowth, most);
    }

    [TestMethod]
    public void ThePrecisionThatAutoTakesFindsTheLabelsOfFloat32()
    {
        if (Precision.Auto.On(TorchSharp.torch.CPU) != Precision.BFloat16)
            Assert.Inconclusive("needs a processor with instructions for bfloat16");
        using var classifier = Classifier("resnet20", "12fca82f");
        var files = Files(step: 5);
        var exact = Labels(Precision.Float32);

        var fast = Labels(Precision.Auto);

        var agreement = exact.Zip(fast).Count(pair => pair.First == pair.Second) / (double)exact.Length;
        Console.WriteLine($"{classifier.PrecisionInUse}: {agreement:P2} of the labels agree");
        Assert.IsGreaterThanOrEqualTo(LeastAgreement, agreement);

        uint[] Labels(Precision precision)
        {
            classifier.Scoring = classifier.Scoring with { Precision = precision };
            return [.. classifier.Transform(files).GetColumn<uint>("PredictedLabel")];
        }
    }

    private ImageClassifierTransformer Classifier(string name, string hash)
    {
        var network = new ImageClassifierNetwork(Backbones.Named($"{name}_cifar"), ClassNames.Length);
        WeightImport.Load(network, Checkpoints.Shared("weights", "cifar", $"{name}-{hash}.th"));
        return ImageClassifierTransformer.FromNetwork(_mlContext, network, ClassNames, network.Backbone.Spec.Preprocessing, "ImagePath");
    }

    // One of so many files, of all classes.
    private IDataView Files(int step)
    {
        TarFile.ExtractToDirectory(Checkpoints.Shared("data", "cifar10", "test.tar"), _folder.Path, overwriteFiles: false);
        var paths = Directory.EnumerateFiles(_folder.File("test"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return _mlContext.Data.LoadFromEnumerable(paths.Where((_, number) => number % step == 0)
            .Select(path => new FileRow { ImagePath = path }));
    }

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = "";
    }
}
