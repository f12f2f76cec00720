using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ImageFeaturizerTests
{
    private readonly MLContext _mlContext = new();

    [TestMethod]
    public void ItGivesTheFeaturesOfItsBackboneAsAVectorOfFixedSize()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([3]));
        using var featurizer = _mlContext.Transforms.ImageFeaturizer(
            new ImageFeaturizerEstimator.Options
            {
                Backbone = TinyClassifier.Backbone,
                Seed = 4,
                Scoring = new() { Threads = 1 },
            }).Fit(data);

        var scored = featurizer.Transform(data);
        var features = scored.GetColumn<float[]>("Features").Single();

        torch.manual_seed(4);
        using var backbone = TinyClassifier.Backbone.Build();
        backbone.eval();
        var input = new float[3 * TestImages.Size * TestImages.Size];
        using (var image = new RgbImage(TestImages.Size, TestImages.Size, TestImages.Pixels(3)))
            new Preprocessor(TinyClassifier.Backbone.Preprocessing).Apply(image, input);
        using var expected = backbone.call(torch.tensor(input, [1, TestImages.Size, TestImages.Size, 3]).permute(0, 3, 1, 2));
        Assert.AreEqual(
            new VectorDataViewType(NumberDataViewType.Single, TinyClassifier.Backbone.FeatureCount), scored.Schema["Features"].Type);
        // To rounding: scoring has the batch norms folded.
        foreach (var (right, feature) in expected.data<float>().ToArray().Zip(features))
            Assert.AreEqual(right, feature, 1e-6f);
    }

    [TestMethod]
    public void ItTakesItsWeightsFromAFileWithOrWithoutAClassifier()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1]));
        torch.manual_seed(9);
        using var network = new ImageClassifierNetwork(TinyClassifier.Backbone, classCount: 5);
        var (with, without) = (folder.File("with.safetensors"), folder.File("without.safetensors"));
        using (var file = File.Create(with))
            SafetensorsWriter.Write(file, network.NamedState());
        using (var file = File.Create(without))
            SafetensorsWriter.Write(file, network.Backbone.NamedState());
        var expected = Features(null, seed: 9);

        CollectionAssert.AreEqual(expected, Features(with, seed: 1));
        CollectionAssert.AreEqual(expected, Features(without, seed: 1));
        CollectionAssert.AreNotEqual(expected, Features(null, seed: 1));

        float[] Features(string? weights, int seed)
        {
            using var featurizer = _mlContext.Transforms.ImageFeaturizer(
                new ImageFeaturizerEstimator.Options { Backbone = TinyClassifier.Backbone, Weights = weights, Seed = seed }).Fit(data);
            return [.. featurizer.Transform(data).GetColumn<float[]>("Features").SelectMany(features => features)];
        }
    }

    [TestMethod]
    public void RandomWeightsAreWarnedOf()
    {
        var warnings = new List<string>();
        _mlContext.Log += (_, e) =>
        {
            if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(e.Message);
        };

        using var featurizer = _mlContext.Transforms.ImageFeaturizer(backbone: TinyClassifier.Backbone)
            .Fit(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])));

        StringAssert.Contains(warnings.Single(), "weights are random");
    }

    [TestMethod]
    public void ItIsLazyAndScoresInBatches()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 50)));
        using var featurizer = _mlContext.Transforms.ImageFeaturizer(
            new ImageFeaturizerEstimator.Options { Backbone = TinyClassifier.Backbone, Scoring = new() { BatchSize = 20 } }).Fit(data);
        var scored = featurizer.Transform(data);
        Assert.AreEqual(0, featurizer.ForwardPassCount);

        var features = scored.GetColumn<float[]>("Features").ToList();

        Assert.HasCount(50, features);
        Assert.AreEqual(3, featurizer.ForwardPassCount);
    }

    [TestMethod]
    public void ItsShapeFitsIntoAChain()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 6)));
        var pipeline = _mlContext.Transforms.ImageFeaturizer(outputColumnName: "Seen", backbone: TinyClassifier.Backbone)
            .Append(_mlContext.Transforms.Concatenate("Features", "Seen", "Seen"));

        using var model = pipeline.Fit(data);
        var type = (VectorDataViewType)model.GetOutputSchema(data.Schema)["Features"].Type;

        Assert.AreEqual(2 * TinyClassifier.Backbone.FeatureCount, type.Size);
    }

    [TestMethod]
    public void AWrongImageColumnIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0]));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageFeaturizer(imageColumnName: "Number", backbone: TinyClassifier.Backbone).Fit(data));

        StringAssert.Contains(error.Message, "Column 'Number' has the type Int32");
    }

    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var options = new ImageFeaturizerEstimator.Options();

        Assert.AreEqual("resnet18", options.Backbone.Name);
        Assert.IsNull(options.ImageColumnName);
        Assert.AreEqual("Features", options.OutputColumnName);
        Assert.IsNull(options.ImageSize);
        Assert.IsNull(options.Seed);
    }
}
