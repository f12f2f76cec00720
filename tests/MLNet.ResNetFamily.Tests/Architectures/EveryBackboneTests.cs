using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

// What every row of the catalog promises. A new row is tested by being a row.
[TestClass]
public sealed class EveryBackboneTests
{
    private const int ClassCount = 3;

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(BackboneRows.LargeNames), typeof(BackboneRows))]
    public void LargeBackbonesKeepTheirPromises(string name) => EveryBackboneKeepsItsPromises(name);

    // One network for all promises: making it takes longer than keeping them.
    [TestMethod]
    [DynamicData(nameof(BackboneRows.EverydayNames), typeof(BackboneRows))]
    public void EveryBackboneKeepsItsPromises(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var row = Backbones.Named(name);
        using var network = new ImageClassifierNetwork(row, ClassCount);
        // Small, but large enough for more than one position in the last maps, without which the batch norms of two images are
        // ill-conditioned.
        var size = row.Preprocessing.ImageSize == 32 ? 16 : Math.Max(64, row.MinimumImageSize + 32);
        var images = randn(2, row.InputChannels, size, size);

        var broken = new List<string>();
        Keeps("its cost is the one that the list of all rows shows", () => CostsAsListed(network, row));
        Keeps("it trains a step", () => TrainsAStep(network, images));
        network.eval();
        Keeps("it is saved as it is", () => IsSavedAsItIs(network, images));
        Keeps("it shows where it looks", () => ShowsWhereItLooks(network, images));
        Keeps("it refuses smaller images", () => RefusesSmallerImages(network));
        Keeps("nothing smaller works", () => NothingSmallerWorks(network));
        Keeps("it maps images to features", () => MapsToFeatures(network.Backbone, images));
        Assert.IsEmpty(broken, string.Join('\n', broken));

        void Keeps(string promise, Action check)
        {
            try
            {
                check();
            }
            catch (Exception error)
            {
                broken.Add($"{promise}: {error.Message}");
            }
        }
    }

    private static void CostsAsListed(ImageClassifierNetwork network, BackboneSpec row)
    {
        if (network.ClassCount != row.PublishedClassCount)
        {
            var cost = NetworkSummary.CostOf(row);
            var summary = NetworkSummary.Of(network, row.Preprocessing.ImageSize, row.Preprocessing.ImageSize);
            var headDifference = (long)(row.PublishedClassCount - ClassCount) * row.FeatureCount;
            Assert.AreEqual(cost.MultiplyAdds, summary.MultiplyAdds + headDifference, "multiply-adds");
            // The last layers of auxiliary classifiers: "fc" of Inception v3, "fc2" of GoogLeNet.
            var auxiliaryDifference = network.NamedState()
                .Where(entry => AuxiliaryClassifier.IsPerClass(entry.Key) && entry.Key.EndsWith(".weight", StringComparison.Ordinal))
                .Sum(entry => (entry.Tensor.shape[1] + 1) * (row.PublishedClassCount - ClassCount));
            Assert.AreEqual(
                cost.Parameters, summary.Parameters + headDifference + row.PublishedClassCount - ClassCount + auxiliaryDifference,
                "parameters");
        }
    }

    private static void TrainsAStep(ImageClassifierNetwork network, Tensor images)
    {
        network.train();
        var first = network.Backbone.parameters().First();
        var before = first.detach().clone();
        using var optimizer = optim.SGD(network.parameters(), 1e-3);

        using (var logits = network.call(images))
        {
            CollectionAssert.AreEqual(new long[] { 2, ClassCount }, logits.shape);
            nn.functional.cross_entropy(logits, tensor(new long[] { 0, 1 })).backward();
        }
        optimizer.step();

        foreach (var (name, parameter) in network.named_parameters())
        {
            if (AuxiliaryClassifier.IsKey(name))
                continue;
            Assert.IsNotNull(parameter.grad, $"'{name}' has no gradient");
            Assert.IsTrue(parameter.grad!.isfinite().all().item<bool>(), $"the gradient of '{name}' is not finite");
        }
        Assert.IsFalse(before.equal(first).all().item<bool>(), "the first layer did not learn");
        network.zero_grad();

        // The statistics of this batch become the running ones, so that depths that no training has calmed do not overflow when scored.
        foreach (var norm in network.modules().OfType<NormBase>())
            norm.momentum = 1;
        using var gradients = no_grad();
        network.call(images).Dispose();
    }

    // In float64, because the statistics of two images make untrained deep networks magnify every rounding.
    private static void MapsToFeatures(Backbone backbone, Tensor images)
    {
        using var gradients = no_grad();
        backbone.to(ScalarType.Float64);
        images = images.to(ScalarType.Float64);

        var features = backbone.call(images);
        var alone = backbone.call(images.narrow(0, 1, 1));

        CollectionAssert.AreEqual(new long[] { 2, backbone.Spec.FeatureCount }, features.shape);
        Assert.IsTrue(features.isfinite().all().item<bool>(), "features are not finite");
        var largest = features.abs().max().item<double>();
        Assert.AreEqual(0, (features.narrow(0, 1, 1) - alone).abs().max().item<double>(), 1e-6 * largest, "alone differs from in a batch");
        Assert.IsGreaterThan(1e-3 * largest, (features[0] - features[1]).abs().max().item<double>(), "two images have the same features");
    }

    private static void IsSavedAsItIs(ImageClassifierNetwork network, Tensor images)
    {
        using var gradients = no_grad();
        var expected = network.call(images);
        Assert.IsTrue(expected.isfinite().all().item<bool>(), "logits are not finite");
        // On disk: the largest networks, saved in memory too, would take gigabytes.
        using var folder = new TemporaryFolder();
        using var file = File.Create(folder.File("saved"));

        SafetensorsWriter.Write(file, network.NamedState());
        foreach (var (_, tensor) in network.NamedState())
            tensor.zero_();
        file.Position = 0;
        StateLoader.LoadInto(network.NamedState(), file, "memory");

        Assert.IsTrue(expected.equal(network.call(images)).all().item<bool>(), "the loaded network scores differently");
    }

    private static void ShowsWhereItLooks(ImageClassifierNetwork network, Tensor images)
    {
        if (network.Backbone.Spec.InputChannels != 3)
            return;

        var answer = GradCam.Run(network, images);

        Assert.IsTrue(answer.Heat.All(value => value is >= 0 and <= 1), "heat is from 0 to 1");
        Assert.HasCount(2 * answer.Width * answer.Height, answer.Heat);
        Assert.HasCount(2 * ClassCount, answer.Probabilities);
        Assert.IsTrue(
            network.parameters().All(parameter => parameter.grad is null || parameter.grad.abs().max().item<float>() == 0),
            "a weight got a gradient");
    }

    private static void RefusesSmallerImages(ImageClassifierNetwork network)
    {
        using var gradients = no_grad();
        var smallest = network.Backbone.Spec.MinimumImageSize;
        var channels = network.Backbone.Spec.InputChannels;

        using (var logits = network.call(zeros(1, channels, smallest, smallest)))
            CollectionAssert.AreEqual(new long[] { 1, ClassCount }, logits.shape);
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.call(zeros(1, channels, smallest - 1, smallest - 1)));
        StringAssert.Contains(error.Message, $"the smallest that work are {smallest}×{smallest}");
    }

    // Past the check at the door, the layers themselves refuse the next smaller image.
    private static void NothingSmallerWorks(ImageClassifierNetwork network)
    {
        using var gradients = no_grad();
        var (smaller, channels) = (network.Backbone.Spec.MinimumImageSize - 1, network.Backbone.Spec.InputChannels);

        var error = Assert.Throws<Exception>(
            () => network.Backbone.Pool(network.Backbone.FeatureMaps(zeros(1, channels, smaller, smaller))));

        Assert.IsInstanceOfType<System.Runtime.InteropServices.ExternalException>(error);
    }
}
