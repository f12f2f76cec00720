using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Classifiers of images that may show several classes, in ONNX Runtime and in 8 bits.</summary>
[TestClass]
public sealed class MultiLabelScoringTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void BothEnginesGiveTheSameProbabilitiesAndLabels()
    {
        var data = MultiLabelImages.Texts(_mlContext, 16);
        using var trained = Trained();
        _mlContext.Model.Save(trained, data.Schema, _folder.File("model.zip"));
        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);
        trained.Scoring = trained.Scoring with { Engine = ScoringEngine.Libtorch };
        loaded.Scoring = loaded.Scoring with { Engine = ScoringEngine.OnnxRuntime };

        var (expected, found) = (Scores(trained, data), Scores(loaded, data));

        Assert.IsLessThan(1e-5f, expected.Zip(found, (one, other) => Math.Abs(one - other)).Max());
        CollectionAssert.AreEqual(Labels(trained, data), Labels(loaded, data));
        Assert.AreEqual(ScoringEngine.OnnxRuntime, loaded.EngineInUse);
    }

    [TestMethod]
    public void AQuantizedClassifierKeepsSigmoidAndThresholds()
    {
        var data = MultiLabelImages.Texts(_mlContext, 16);
        using var model = Trained();
        model.Thresholds = [0.4f, 0.5f, 0.6f];

        using var quantized = model.Quantize(data);
        _mlContext.Model.Save(quantized, data.Schema, _folder.File("int8.zip"));
        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("int8.zip"), out _);

        Assert.IsTrue(loaded is { IsQuantized: true, IsMultiLabel: true });
        CollectionAssert.AreEqual(new[] { 0.4f, 0.5f, 0.6f }, loaded.Thresholds!.ToArray());
        Assert.IsLessThan(0.1f, Scores(model, data).Zip(Scores(loaded, data), (one, other) => Math.Abs(one - other)).Max());
        CollectionAssert.AreEqual(Labels(model, data), Labels(loaded, data));
    }

    private static float[] Scores(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];

    private static string[] Labels(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<string[]>("PredictedLabel").Select(names => string.Join(' ', names))];

    private ImageClassifierTransformer Trained() => _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options)
        .Fit(MultiLabelImages.Texts(_mlContext, 48));
}
