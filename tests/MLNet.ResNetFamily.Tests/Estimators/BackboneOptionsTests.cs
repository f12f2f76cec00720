using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests;

/// <summary>What a backbone's spec offers reaches training by way of the trainer's options.</summary>
[TestClass]
public sealed class BackboneOptionsTests
{
    private static readonly DenseNetSpec SmallDenseNet = new("small", GrowthRate: 4, 2, 2)
    {
        Stem = StemKind.Cifar,
        Preprocessing = TinyClassifier.Backbone.Preprocessing,
    };

    [TestMethod]
    public void TheMemoryEfficientDenseNetLearnsAsThePlainOne()
    {
        var plain = Losses(SmallDenseNet);

        var efficient = Losses(SmallDenseNet with { MemoryEfficient = true });

        for (var epoch = 0; epoch < plain.Length; epoch++)
            Assert.AreEqual(plain[epoch], efficient[epoch], 1e-3);
    }

    [TestMethod]
    public void StochasticDepthIsUsedInTrainingAndSavedWithTheModel()
    {
        var spec = TinyClassifier.Backbone with { StochasticDepth = new(0.5) };
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(seed: 1);
        var path = Path.Combine(folder.Path, "model.zip");

        CollectionAssert.AreNotEqual(Losses(TinyClassifier.Backbone), Losses(spec));

        using (var model = TinyClassifier.Train(mlContext, TinyClassifier.Options with { Backbone = spec, Epochs = 1 }))
            mlContext.Model.Save(model, TinyClassifier.Planes(mlContext, 1).Schema, path);
        var chain = mlContext.Model.Load(path, out _);
        using var loaded = (chain as IEnumerable<ITransformer> ?? [chain]).OfType<ImageClassifierTransformer>().Single();
        Assert.AreEqual(new StochasticDepth(0.5), ((ResNetSpec)loaded.Backbone).StochasticDepth);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheAuxiliaryHeadIsThereWhereTheSpecHasIt(bool isWanted)
    {
        var spec = new InceptionV3Spec("inception_v3")
        {
            AuxiliaryHead = isWanted,
            Preprocessing = new() { ImageSize = 75, ResizeSize = 75 },
        };
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "weights.safetensors");

        using var model = TinyClassifier.Train(
            new MLContext(seed: 1), TinyClassifier.Options with { Backbone = spec, Epochs = 1 }, count: 6);
        model.SaveWeights(path);

        using var weights = new SafetensorsFile(path);
        Assert.AreEqual(isWanted, weights.Tensors.Any(tensor => tensor.Key.StartsWith("AuxLogits.", StringComparison.Ordinal)));
    }

    private static double[] Losses(BackboneSpec backbone)
    {
        using var model = TinyClassifier.Train(new MLContext(seed: 1), TinyClassifier.Options with { Backbone = backbone, Epochs = 2 });
        return [.. model.History!.Epochs.Select(epoch => epoch.TrainLoss)];
    }
}
