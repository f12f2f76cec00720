namespace MLNet.ResNetFamily;

/// <summary>The networks for small images that studies vary.</summary>
internal static class CifarNetwork
{
    /// <summary>110 layers as in the papers, or 20 within the default budget.</summary>
    public static ResNetV2Spec PreActivation(bool isFull) =>
        isFull ? Backbones.PreResNet110Cifar : Backbones.PreResNet110Cifar with { Name = "preresnet20_cifar", Depths = [3, 3, 3] };

    /// <summary>A residual network of He et al. (2015), section 4.2: 6n + 2 layers.</summary>
    public static ResNetSpec Residual(int layers)
    {
        var blocks = (layers - 2) / 6;
        return Backbones.ResNet20Cifar with
        {
            Name = FormattableString.Invariant($"resnet{layers}_cifar"),
            Depths = [blocks, blocks, blocks],
        };
    }
}
