using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Studies;

[TestClass]
public class LesionStudyTests
{
    [TestMethod]
    public void ARemovedBlockLeavesItsShortcut()
    {
        manual_seed(1);
        using var network = new ImageClassifierNetwork(TinyClassifier.Backbone, 3);
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = randn(2, 3, 16, 16);
        var whole = network.call(images);
        var unit = RemovableUnit.Of(network)[1];

        unit.Remove();
        var without = network.call(images);
        unit.Restore();

        Assert.IsTrue(network.call(images).Equals(whole), "putting the block back must give the whole network");
        var lastNorm = network.Backbone.modules().OfType<ResidualBlock>().ElementAt(1).LastNorm;
        lastNorm.weight.zero_();
        lastNorm.bias!.zero_();
        Assert.IsFalse(without.allclose(whole));
        Assert.IsTrue(without.allclose(network.call(images), rtol: 1e-5, atol: 1e-6), "a branch of zeros is no branch");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void ARemovedVggLayerHandsItsInputOn()
    {
        using var network = new ImageClassifierNetwork(Backbones.Vgg16BatchNorm, 3);
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = rand(1, 3, 32, 32);
        var layers = RemovableUnit.Of(network);
        var whole = network.Backbone.FeatureMaps(images);

        foreach (var layer in layers)
            layer.Remove();
        var without = network.Backbone.FeatureMaps(images);
        foreach (var layer in layers)
            layer.Restore();

        Assert.AreEqual(13, layers.Count);
        // Nothing but the five poolings is left of the three colors; all other channels are 0.
        var pooled = images;
        for (var i = 0; i < 5; i++)
            pooled = nn.functional.max_pool2d(pooled, 2, 2);
        Assert.IsTrue(without.narrow(1, 0, 3).allclose(pooled));
        Assert.AreEqual(0, without.narrow(1, 3, 509).abs().max().item<float>());
        Assert.IsTrue(network.Backbone.FeatureMaps(images).Equals(whole));
    }

    [TestMethod]
    public void KendallTauIsOneInOrderAndMinusOneInReverse()
    {
        Assert.AreEqual(1, BlockOrder.KendallTau([0, 1, 2, 3]));
        Assert.AreEqual(-1, BlockOrder.KendallTau([3, 2, 1, 0]));
        Assert.AreEqual(2.0 / 3, BlockOrder.KendallTau([1, 0, 2, 3]), 1e-12);
    }

    [TestMethod]
    public void ReorderedBlocksComeBack()
    {
        manual_seed(1);
        using var network = new ImageClassifierNetwork(TinyClassifier.Backbone with { Depths = [3, 1] }, 3);
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = randn(2, 3, 16, 16);
        var before = network.call(images);
        Tensor? reordered = null;

        BlockOrder.Of(network)!.With([2, 1, 0, 3], () =>
        {
            reordered = network.call(images).DetachFromDisposeScope();
            return 0;
        });

        using var other = reordered!;
        Assert.IsFalse(other.allclose(before));
        Assert.IsTrue(network.call(images).Equals(before));
    }

    [TestMethod]
    public void AStudyGoesOnWhereItWas()
    {
        using var folder = new TemporaryFolder();
        var (data, results) = (Path.Combine(folder.Path, "data"), Path.Combine(folder.Path, "out"));
        TestImages.Files(data, 6);
        using var model = TinyClassifier.Trained();
        var study = new LesionStudy(model, data) { DrawCount = 1, Threads = 1 };
        var first = study.Run(results);
        var csv = Path.Combine(results, "results.csv");
        var lines = File.ReadAllLines(csv);

        // The first measurement is changed, the last one is cut off as by a kill.
        File.WriteAllText(csv, string.Join("\n", [lines[0], lines[1][..^1] + "7", .. lines[2..^1], lines[^1][..^1]]));
        var second = study.Run(results);

        Assert.AreEqual(first.Rows.Count, second.Rows.Count);
        Assert.AreNotEqual(first.Rows[0].Value, second.Rows[0].Value, "the file's measurement is taken");
        Assert.AreEqual(first.Rows[^1], second.Rows[^1], "the unfinished one is made again");
    }

    [TestMethod]
    public void ResultsOfAnotherRunAreNotMixed()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(Path.Combine(folder.Path, "data"), 6);
        using var model = TinyClassifier.Trained();
        var study = new LesionStudy(model, Path.Combine(folder.Path, "data")) { DrawCount = 1, Threads = 1 };
        study.Run(Path.Combine(folder.Path, "out"));

        var error = Assert.ThrowsExactly<IOException>(() => (study with { Seed = 2 }).Run(Path.Combine(folder.Path, "out")));

        StringAssert.Contains(error.Message, "results of another run");
        StringAssert.Contains(error.Message, "seed 2");
    }
}
