using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

/// <summary>Networks and what they become as ONNX files.</summary>
internal static class ExportedNetwork
{
    public const int ClassCount = 10;

    /// <inheritdoc cref="LivelyNetwork.Of"/>
    public static ImageClassifierNetwork Of(BackboneSpec spec) => LivelyNetwork.Of(spec, ClassCount);

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
