using System.Numerics;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Studies;

[TestClass]
public class PathStudyTests
{
    [TestMethod]
    [DataRow(2)]
    [DataRow(27)]
    [DataRow(50)]
    public void LengthsAreDistributedBinomially(int blocks)
    {
        var shares = PathStudy.LengthShares(blocks);

        var paths = BigInteger.One;
        for (var length = 0; length <= blocks; length++)
        {
            Assert.AreEqual((double)paths / Math.Pow(2, blocks), shares[length]);
            paths = paths * (blocks - length) / (length + 1);
        }
    }

    [TestMethod]
    public void TheGradientsOfAllPathsAddUpToTheNetworks()
    {
        manual_seed(1);
        using var network = new ImageClassifierNetwork(TinyClassifier.Backbone, 3);
        network.eval();
        var gates = network.Backbone.modules().OfType<IResidualUnit>().Select(unit => unit.Gate).ToArray();
        using var scope = NewDisposeScope();
        var images = randn(2, 3, 16, 16);
        var labels = tensor(new long[] { 0, 2 });

        var sum = zeros_like(images);
        for (var path = 0; path < 1 << gates.Length; path++)
            sum += PathStudy.InputGradient(network, gates, [.. gates.Where((_, index) => (path >> index & 1) == 1)], images, labels);

        var input = images.detach().requires_grad_();
        nn.functional.cross_entropy(network.call(input), labels, reduction: nn.Reduction.Sum).backward();
        Assert.IsTrue(gates.Length >= 2);
        Assert.IsTrue(sum.allclose(input.grad!, rtol: 1e-4, atol: 1e-6));
    }

    [TestMethod]
    public void AFolderOfImagesGivesAllThreeSeries()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(Path.Combine(folder.Path, "data"), 6);
        using var model = TinyClassifier.Trained();

        var report = new PathStudy(model, Path.Combine(folder.Path, "data"))
        {
            ImageCount = 6,
            DrawCount = 2,
            Threads = 1,
        }.Run(Path.Combine(folder.Path, "out"));

        Assert.AreEqual(1, report.Rows.Where(row => row.Series == "share of the gradient").Sum(row => row.Value), 1e-9);
        Assert.IsTrue(report.Rows.Where(row => row.Series == "gradient of one path").All(row => row.Value > 0));
        Assert.IsTrue(File.Exists(Path.Combine(folder.Path, "out", "paths-gradient.svg")));
    }
}
