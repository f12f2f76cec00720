using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace MLNet.ResNetFamily.Tests;

/// <summary>What a featurizer gives of stages is the same in both engines, and in the file that is exported.</summary>
[TestClass]
public sealed class StageColumnTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Families => OnnxScoringTests.Families;

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void BothEnginesGiveTheSameMaps(string name)
    {
        var spec = Backbones.Named(name);
        var stages = spec.Stages();
        StageColumn[] columns = [new("Whole", stages[1].Name, IsPooled: false), new("Mean", stages[0].Name), new("Deep", stages[^2].Name)];
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(3));
        using var network = Featurizer(spec, columns).Fit(data);
        network.Scoring = new() { Engine = ScoringEngine.Libtorch, Threads = 2 };
        using var loaded = SaveAndLoad(network, data);

        foreach (var column in columns)
        {
            var expected = Values(network.Transform(data), column.ColumnName);
            var found = Values(loaded.Transform(data), column.ColumnName);
            var largest = expected.Max(Math.Abs);
            Assert.IsGreaterThan(0, largest);
            Assert.HasCount(expected.Length, found);
            Assert.IsLessThan(1e-4 * largest, expected.Zip(found, (right, value) => Math.Abs(right - value)).Max(), column.ColumnName);
        }
    }

    [TestMethod]
    public void OneColumnOfWholeMapsIsOneOutputWithTheirShape()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(3));
        using var network = Featurizer(TinyClassifier.Backbone, [new("Maps", "layer1", IsPooled: false)]).Fit(data);
        network.Scoring = new() { Engine = ScoringEngine.Libtorch };
        using var loaded = SaveAndLoad(network, data);

        var expected = Values(network.Transform(data), "Maps");
        var found = Values(loaded.Transform(data), "Maps");

        Assert.AreEqual(network.Transform(data).Schema["Maps"].Type, loaded.Transform(data).Schema["Maps"].Type);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5f);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheExportedFileHasAnOutputForEachColumn(bool isHalf)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(1));
        using var network = Featurizer(
            Backbones.ResNet18, [new("Maps", "layer3", IsPooled: false), new("Means", "layer1"), new("Stem", "stem")]).Fit(data);

        network.SaveAsOnnx(_folder.File("stages.onnx"), new()
        {
            FloatType = isHalf ? TorchSharp.torch.ScalarType.Float16 : TorchSharp.torch.ScalarType.Float32,
        });

        using var session = new InferenceSession(_folder.File("stages.onnx"));
        CollectionAssert.AreEqual(new[] { "Maps", "Means", "Stem" }, session.OutputNames.ToArray());
        CollectionAssert.AreEqual(new[] { -1, 256, 4, 4 }, session.OutputMetadata["Maps"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1, 64 }, session.OutputMetadata["Means"].Dimensions);
        Assert.AreEqual(typeof(float), session.OutputMetadata["Stem"].ElementType);
        // The last stage is not in it: it holds three quarters of the weights.
        Assert.IsLessThan(13_000_000, new FileInfo(_folder.File("stages.onnx")).Length);
    }

    private ImageFeaturizerEstimator Featurizer(BackboneSpec spec, StageColumn[] columns) =>
        _mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            Backbone = spec,
            ImageSize = Math.Max(spec.MinimumImageSize, Math.Min(64, spec.Preprocessing.ImageSize)),
            StageColumns = columns,
        });

    private ImageFeaturizerTransformer SaveAndLoad(ImageFeaturizerTransformer network, IDataView data)
    {
        _mlContext.Model.Save(network, data.Schema, _folder.File("model.zip"));
        var loaded = (ImageFeaturizerTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);
        loaded.Scoring = new() { Engine = ScoringEngine.OnnxRuntime, Threads = 2 };
        return loaded;
    }

    private static float[] Values(IDataView scored, string column) =>
        [.. scored.GetColumn<float[]>(column).SelectMany(values => values)];
}
