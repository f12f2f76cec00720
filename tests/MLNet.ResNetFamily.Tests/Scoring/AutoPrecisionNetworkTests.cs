using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Scoring;

[TestClass]
public sealed class AutoPrecisionNetworkTests
{
    [TestMethod]
    public void TheFirstImagesAreAnsweredInFloat32AndThenOneFormRemains()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 3);
        network.eval();
        using var alone = new FoldedNetwork(network, CPU, ScalarType.Float32);
        var log = new List<string>();
        using var choice = new AutoPrecisionNetwork(
            new(network, CPU, ScalarType.Float32), new(network, CPU, ScalarType.BFloat16), OutputActivation.Softmax, log.Add);
        var images = randn(PrecisionCalibration.ImageCount, 3, 32, 32);

        var answer = choice.Run(images);

        Assert.IsTrue(answer.equal(alone.Run(images)).all().item<bool>());
        Assert.HasCount(1, log);
        StringAssert.StartsWith(log[0], $"Scoring in {(choice.Precision == Precision.Float32 ? "float32" : "bfloat16")}: ");
        Assert.AreEqual(images.shape[0], choice.Run(images).shape[0]);
    }

    [TestMethod]
    public void ManyThreadsMayScoreWhileItIsMade()
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 3);
        network.eval();
        var log = new List<string>();
        using var choice = new AutoPrecisionNetwork(
            new(network, CPU, ScalarType.Float32), new(network, CPU, ScalarType.BFloat16), OutputActivation.Softmax, log.Add);

        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            Assert.IsTrue(choice.Run(randn(4, 3, 32, 32)).isfinite().all().item<bool>());
        });

        Assert.HasCount(1, log);
    }
}
