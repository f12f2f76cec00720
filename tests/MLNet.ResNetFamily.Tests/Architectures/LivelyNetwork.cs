using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Networks that answer images as trained ones do.</summary>
internal static class LivelyNetwork
{
    /// <summary>A network with random weights and the statistics of random images, so that every part of it counts in its logits.</summary>
    public static ImageClassifierNetwork Of(BackboneSpec spec, int classCount)
    {
        manual_seed(1);
        var network = new ImageClassifierNetwork(spec, classCount);
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
}
