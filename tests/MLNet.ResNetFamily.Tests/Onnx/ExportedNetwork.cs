using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

/// <summary>Networks that answer images as trained ones do, and what they become as ONNX files.</summary>
internal static class ExportedNetwork
{
    public const int ClassCount = 10;

    /// <summary>A network with random weights and the statistics of random images, so that every part of it counts in its logits.</summary>
    public static ImageClassifierNetwork Of(BackboneSpec spec)
    {
        manual_seed(1);
        var network = new ImageClassifierNetwork(spec, ClassCount);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var norm in network.modules().OfType<NormBase>())
        {
            norm.weight!.uniform_(0.8, 1.2);
            norm.bias!.normal_(0, 0.1);
            norm.running_mean!.normal_(0, 0.1);
            norm.running_var!.uniform_(0.5, 1.5);
        }
        // As training leaves it: all blocks together add about as much as there is. Hundreds that each add as much magnify every rounding.
        var share = 1 / Math.Sqrt(Math.Max(1, network.modules().OfType<IResidualUnit>().Count()));
        foreach (var block in network.modules())
            (block is ResidualBlock residual ? residual.LastNorm.weight : block is ResNetV2Unit unit ? unit.LastWeight : null)?.mul_(share);
        // Not those of features, of which two images have too few.
        foreach (var norm in network.modules().OfType<FoldableBatchNorm>())
            norm.momentum = 1;
        var size = spec.Preprocessing.ImageSize == 32 ? 16 : Math.Max(96, spec.MinimumImageSize + 32);
        network.train();
        network.call(randn(2, spec.InputChannels, size, size));
        network.eval();
        return network;
    }

    /// <summary>The largest difference between a network's logits and those of its file, as a share of the largest logit.</summary>
    public static double Difference(ImageClassifierNetwork network, Tensor images, OnnxExportOptions options)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var expected = network.call(images);
        Assert.IsGreaterThan(1e-2, Difference(expected[0], expected[1]), "the logits hardly depend on the image");
        return Difference(expected, Logits(network, images, options));
    }

    /// <summary>What the file of a network gives for images.</summary>
    public static Tensor Logits(ImageClassifierNetwork network, Tensor images, OnnxExportOptions options)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("network.onnx");
        var preprocessing = new Preprocessing().WithImageSize((int)images.shape[2]);
        OnnxExport.Save(network, path, options with { GivesProbabilities = false }, preprocessing: preprocessing);
        using var session = new OnnxSession(path);
        return session.Run(images);
    }

    public static double Difference(Tensor expected, Tensor found) =>
        ((expected - found).abs().max() / expected.abs().max()).to(ScalarType.Float64).item<double>();
}
