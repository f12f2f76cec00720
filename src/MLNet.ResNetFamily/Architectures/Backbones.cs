namespace MLNet.ResNetFamily;

/// <summary>
/// Every named backbone, one line each. Use one as it is, or vary it: <c>Backbones.ResNet50 with { InputChannels = 1 }</c>.
/// </summary>
public static partial class Backbones
{
    // He et al. (2015), table 1. Names, keys and the stride in the 3×3 convolution are torchvision's; resnet200 is timm's.
    /// <summary>ResNet-18.</summary>
    public static ResNetSpec ResNet18 { get; } = new("resnet18", BlockKind.Basic, 2, 2, 2, 2);
    /// <summary>ResNet-34.</summary>
    public static ResNetSpec ResNet34 { get; } = new("resnet34", BlockKind.Basic, 3, 4, 6, 3);
    /// <summary>ResNet-50.</summary>
    public static ResNetSpec ResNet50 { get; } = new("resnet50", BlockKind.Bottleneck, 3, 4, 6, 3);
    /// <summary>ResNet-101.</summary>
    public static ResNetSpec ResNet101 { get; } = new("resnet101", BlockKind.Bottleneck, 3, 4, 23, 3);
    /// <summary>ResNet-152.</summary>
    public static ResNetSpec ResNet152 { get; } = new("resnet152", BlockKind.Bottleneck, 3, 8, 36, 3);
    /// <summary>ResNet-200, a depth of He et al. (2016).</summary>
    public static ResNetSpec ResNet200 { get; } = new("resnet200", BlockKind.Bottleneck, 3, 24, 36, 3);

    // The network of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18, which has a third block in its last stage. It was trained
    // on values of 0 to 255 less a mean image, of which these are the means of the channels.
    /// <summary>ResNet-20, of which ML.NET publishes weights: <see cref="PretrainedWeights.MLNet"/>.</summary>
    public static ResNetSpec ResNet20MLNet { get; } = new("resnet20_mlnet", BlockKind.Basic, 2, 2, 2, 3)
    {
        Preprocessing = new()
        {
            Mean = [123.151631f / 255, 115.902882f / 255, 103.062624f / 255],
            Std = [1f / 255, 1f / 255, 1f / 255],
        },
    };

    // He et al. (2015), table 6, as akamaster wrote them.
    /// <summary>ResNet-20 for CIFAR.</summary>
    public static ResNetSpec ResNet20Cifar { get; } = new("resnet20_cifar", BlockKind.Basic, 3, 3, 3)
    {
        Stem = StemKind.Cifar, BaseWidth = 16, Shortcut = ResNetShortcut.ZeroPadding, HeadKey = "linear", PublishedClassCount = 10,
        // akamaster's checkpoints were trained with ImageNet's mean and deviation, not with CIFAR's own.
        Preprocessing = new Preprocessing().WithImageSize(32),
    };
    /// <summary>ResNet-32 for CIFAR.</summary>
    public static ResNetSpec ResNet32Cifar { get; } = ResNet20Cifar with { Name = "resnet32_cifar", Depths = [5, 5, 5] };
    /// <summary>ResNet-44 for CIFAR.</summary>
    public static ResNetSpec ResNet44Cifar { get; } = ResNet20Cifar with { Name = "resnet44_cifar", Depths = [7, 7, 7] };
    /// <summary>ResNet-56 for CIFAR.</summary>
    public static ResNetSpec ResNet56Cifar { get; } = ResNet20Cifar with { Name = "resnet56_cifar", Depths = [9, 9, 9] };
    /// <summary>ResNet-110 for CIFAR.</summary>
    public static ResNetSpec ResNet110Cifar { get; } = ResNet20Cifar with { Name = "resnet110_cifar", Depths = [18, 18, 18] };
    /// <summary>ResNet-1202 for CIFAR.</summary>
    public static ResNetSpec ResNet1202Cifar { get; } = ResNet20Cifar with { Name = "resnet1202_cifar", Depths = [200, 200, 200] };

    // He et al. (2016), as timm wrote them; timm has no resnetv2_200.
    /// <summary>ResNet-18 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_18 { get; } = new("resnetv2_18", BlockKind.Basic, 2, 2, 2, 2);
    /// <summary>ResNet-34 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_34 { get; } = new("resnetv2_34", BlockKind.Basic, 3, 4, 6, 3);
    /// <summary>ResNet-50 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_50 { get; } = new("resnetv2_50", BlockKind.Bottleneck, 3, 4, 6, 3);
    /// <summary>ResNet-101 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_101 { get; } = new("resnetv2_101", BlockKind.Bottleneck, 3, 4, 23, 3);
    /// <summary>ResNet-152 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_152 { get; } = new("resnetv2_152", BlockKind.Bottleneck, 3, 8, 36, 3);
    /// <summary>ResNet-200 with pre-activation.</summary>
    public static ResNetV2Spec ResNetV2_200 { get; } = new("resnetv2_200", BlockKind.Bottleneck, 3, 24, 36, 3);

    // He et al. (2016), table 4, as pytorchcv wrote them.
    /// <summary>ResNet-110 with pre-activation for CIFAR.</summary>
    public static ResNetV2Spec PreResNet110Cifar { get; } = new("preresnet110_cifar", BlockKind.Basic, 18, 18, 18)
    {
        Stem = StemKind.Cifar, BaseWidth = 16, Preprocessing = Cifar, PublishedClassCount = 10,
    };
    /// <summary>ResNet-164 with pre-activation and bottlenecks for CIFAR.</summary>
    public static ResNetV2Spec PreResNet164BnCifar { get; } =
        PreResNet110Cifar with { Name = "preresnet164bn_cifar", Block = BlockKind.Bottleneck };
    /// <summary>ResNet-1001 with pre-activation and bottlenecks for CIFAR.</summary>
    public static ResNetV2Spec PreResNet1001Cifar { get; } =
        PreResNet164BnCifar with { Name = "preresnet1001_cifar", Depths = [111, 111, 111] };

    // Xie et al. (2016), tables 3 and 4: cardinality × width of each group.
    /// <summary>ResNeXt-50, cardinality 2, width 40.</summary>
    public static ResNetSpec ResNeXt50_2x40d { get; } = ResNet50 with { Name = "resnext50_2x40d", Groups = 2, GroupWidth = 40 };
    /// <summary>ResNeXt-50, cardinality 4, width 24.</summary>
    public static ResNetSpec ResNeXt50_4x24d { get; } = ResNet50 with { Name = "resnext50_4x24d", Groups = 4, GroupWidth = 24 };
    /// <summary>ResNeXt-50, cardinality 8, width 14.</summary>
    public static ResNetSpec ResNeXt50_8x14d { get; } = ResNet50 with { Name = "resnext50_8x14d", Groups = 8, GroupWidth = 14 };
    /// <summary>ResNeXt-50, cardinality 32, width 4.</summary>
    public static ResNetSpec ResNeXt50_32x4d { get; } = ResNet50 with { Name = "resnext50_32x4d", Groups = 32, GroupWidth = 4 };
    /// <summary>ResNeXt-101, cardinality 2, width 40.</summary>
    public static ResNetSpec ResNeXt101_2x40d { get; } = ResNet101 with { Name = "resnext101_2x40d", Groups = 2, GroupWidth = 40 };
    /// <summary>ResNeXt-101, cardinality 4, width 24.</summary>
    public static ResNetSpec ResNeXt101_4x24d { get; } = ResNet101 with { Name = "resnext101_4x24d", Groups = 4, GroupWidth = 24 };
    /// <summary>ResNeXt-101, cardinality 8, width 14.</summary>
    public static ResNetSpec ResNeXt101_8x14d { get; } = ResNet101 with { Name = "resnext101_8x14d", Groups = 8, GroupWidth = 14 };
    /// <summary>ResNeXt-101, cardinality 32, width 4.</summary>
    public static ResNetSpec ResNeXt101_32x4d { get; } = ResNet101 with { Name = "resnext101_32x4d", Groups = 32, GroupWidth = 4 };
    /// <summary>ResNeXt-101, cardinality 32, width 8.</summary>
    public static ResNetSpec ResNeXt101_32x8d { get; } = ResNet101 with { Name = "resnext101_32x8d", Groups = 32, GroupWidth = 8 };
    /// <summary>ResNeXt-101, cardinality 2, width 64.</summary>
    public static ResNetSpec ResNeXt101_2x64d { get; } = ResNet101 with { Name = "resnext101_2x64d", Groups = 2, GroupWidth = 64 };
    /// <summary>ResNeXt-101, cardinality 64, width 4.</summary>
    public static ResNetSpec ResNeXt101_64x4d { get; } = ResNet101 with { Name = "resnext101_64x4d", Groups = 64, GroupWidth = 4 };
    /// <summary>ResNet-101, wider: width 100 instead of 64.</summary>
    public static ResNetSpec ResNet101_1x100d { get; } = ResNet101 with { Name = "resnet101_1x100d", GroupWidth = 100 };

    // Xie et al. (2016), section 5.3, as pytorchcv wrote them.
    /// <summary>ResNeXt-29 for CIFAR, cardinality 32, width 4.</summary>
    public static ResNetSpec ResNeXt29_32x4dCifar { get; } = new("resnext29_32x4d_cifar", BlockKind.Bottleneck, 3, 3, 3)
    {
        Stem = StemKind.Cifar, Groups = 32, GroupWidth = 4, Preprocessing = Cifar, PublishedClassCount = 10,
    };
    /// <summary>ResNeXt-29 for CIFAR, cardinality 8, width 64.</summary>
    public static ResNetSpec ResNeXt29_8x64dCifar { get; } =
        ResNeXt29_32x4dCifar with { Name = "resnext29_8x64d_cifar", Groups = 8, GroupWidth = 64 };
    /// <summary>ResNeXt-29 for CIFAR, cardinality 16, width 64.</summary>
    public static ResNetSpec ResNeXt29_16x64dCifar { get; } =
        ResNeXt29_32x4dCifar with { Name = "resnext29_16x64d_cifar", Groups = 16, GroupWidth = 64 };

    // Zagoruyko and Komodakis (2016), tables 8 and 4. torchvision's ImageNet networks widen the inner convolutions only; those for CIFAR
    // are pytorchcv's.
    /// <summary>Wide ResNet-50-2.</summary>
    public static ResNetSpec WideResNet50_2 { get; } = ResNet50 with { Name = "wide_resnet50_2", GroupWidth = 128 };
    /// <summary>Wide ResNet-101-2.</summary>
    public static ResNetSpec WideResNet101_2 { get; } = ResNet101 with { Name = "wide_resnet101_2", GroupWidth = 128 };
    /// <summary>Wide ResNet-28-10 for CIFAR.</summary>
    public static ResNetV2Spec Wrn28_10Cifar { get; } =
        PreResNet110Cifar with { Name = "wrn28_10_cifar", Depths = [4, 4, 4], WidthFactor = 10 };
    /// <summary>Wide ResNet-40-4 for CIFAR.</summary>
    public static ResNetV2Spec Wrn40_4Cifar { get; } =
        PreResNet110Cifar with { Name = "wrn40_4_cifar", Depths = [6, 6, 6], WidthFactor = 4 };

    // Huang et al. (2016), table 1, as torchvision wrote them; the paper's 264 is in the same form.
    /// <summary>DenseNet-121, growth rate 32.</summary>
    public static DenseNetSpec DenseNet121 { get; } = new("densenet121", 32, 6, 12, 24, 16);
    /// <summary>DenseNet-161, growth rate 48.</summary>
    public static DenseNetSpec DenseNet161 { get; } = new("densenet161", 48, 6, 12, 36, 24);
    /// <summary>DenseNet-169, growth rate 32.</summary>
    public static DenseNetSpec DenseNet169 { get; } = new("densenet169", 32, 6, 12, 32, 32);
    /// <summary>DenseNet-201, growth rate 32.</summary>
    public static DenseNetSpec DenseNet201 { get; } = new("densenet201", 32, 6, 12, 48, 32);
    /// <summary>DenseNet-264, growth rate 32.</summary>
    public static DenseNetSpec DenseNet264 { get; } = new("densenet264", 32, 6, 12, 64, 48);

    // Huang et al. (2016), table 2, as bearpaw wrote them: also the networks without bottlenecks start with 2k channels, where the paper
    // has 16.
    /// <summary>DenseNet for CIFAR, 40 layers, growth rate 12.</summary>
    public static DenseNetSpec DenseNet40_12Cifar { get; } = new("densenet_40_12_cifar", 12, 12, 12, 12)
    {
        Stem = StemKind.Cifar, Bottleneck = false, Compression = 1, Preprocessing = Cifar, PublishedClassCount = 10,
    };
    /// <summary>DenseNet for CIFAR, 100 layers, growth rate 12.</summary>
    public static DenseNetSpec DenseNet100_12Cifar { get; } =
        DenseNet40_12Cifar with { Name = "densenet_100_12_cifar", Depths = [32, 32, 32] };
    /// <summary>DenseNet-BC for CIFAR, 100 layers, growth rate 12.</summary>
    public static DenseNetSpec DenseNetBC100_12Cifar { get; } = new("densenet_bc_100_12_cifar", 12, 16, 16, 16)
    {
        Stem = StemKind.Cifar, Preprocessing = Cifar, PublishedClassCount = 10,
    };
    /// <summary>DenseNet-BC for CIFAR, 250 layers, growth rate 24.</summary>
    public static DenseNetSpec DenseNetBC250_24Cifar { get; } =
        DenseNetBC100_12Cifar with { Name = "densenet_bc_250_24_cifar", GrowthRate = 24, Depths = [41, 41, 41] };
    /// <summary>DenseNet-BC for CIFAR, 190 layers, growth rate 40.</summary>
    public static DenseNetSpec DenseNetBC190_40Cifar { get; } =
        DenseNetBC100_12Cifar with { Name = "densenet_bc_190_40_cifar", GrowthRate = 40, Depths = [31, 31, 31] };

    // Chollet (2016), figure 5, as timm wrote it under the name "legacy_xception".
    /// <summary>Xception.</summary>
    public static XceptionSpec Xception { get; } = new("xception");

    // Szegedy et al. (2016), figure 15. Version 2 is timm's; of version 1 the ImageNet network is pytorchcv's, with FaceNet's layer of 512
    // features.
    /// <summary>Inception-ResNet-v1.</summary>
    public static InceptionResNetSpec InceptionResNetV1 { get; } =
        new("inception_resnet_v1", InceptionResNetVersion.V1) { EmbeddingSize = 512, HeadKey = "logits" };
    /// <summary>Inception-ResNet-v2.</summary>
    public static InceptionResNetSpec InceptionResNetV2 { get; } = new("inception_resnet_v2", InceptionResNetVersion.V2);

    // What the papers compare with: torchvision's AlexNet, VGG, GoogLeNet and Inception v3, timm's Inception v4.
    /// <summary>AlexNet.</summary>
    public static AlexNetSpec AlexNet { get; } = new("alexnet");
    /// <summary>VGG-16.</summary>
    public static VggSpec Vgg16 { get; } = new("vgg16", HasBatchNorm: false);
    /// <summary>VGG-16 with batch norm.</summary>
    public static VggSpec Vgg16BatchNorm { get; } = new("vgg16_bn", HasBatchNorm: true);
    /// <summary>GoogLeNet, also known as Inception v1.</summary>
    public static GoogLeNetSpec GoogLeNet { get; } = new("googlenet");
    /// <summary>Inception v3.</summary>
    public static InceptionV3Spec InceptionV3 { get; } = new("inception_v3");
    /// <summary>Inception v4.</summary>
    public static InceptionV4Spec InceptionV4 { get; } = new("inception_v4");

    /// <summary>All named backbones, in the order above.</summary>
    public static IReadOnlyList<BackboneSpec> All { get; } =
    [
        ResNet18, ResNet34, ResNet50, ResNet101, ResNet152, ResNet200, ResNet20MLNet,
        ResNet20Cifar, ResNet32Cifar, ResNet44Cifar, ResNet56Cifar, ResNet110Cifar, ResNet1202Cifar,
        ResNetV2_18, ResNetV2_34, ResNetV2_50, ResNetV2_101, ResNetV2_152, ResNetV2_200,
        PreResNet110Cifar, PreResNet164BnCifar, PreResNet1001Cifar,
        ResNeXt50_2x40d, ResNeXt50_4x24d, ResNeXt50_8x14d, ResNeXt50_32x4d,
        ResNeXt101_2x40d, ResNeXt101_4x24d, ResNeXt101_8x14d, ResNeXt101_32x4d, ResNeXt101_32x8d, ResNeXt101_2x64d, ResNeXt101_64x4d,
        ResNet101_1x100d,
        ResNeXt29_32x4dCifar, ResNeXt29_8x64dCifar, ResNeXt29_16x64dCifar,
        WideResNet50_2, WideResNet101_2, Wrn28_10Cifar, Wrn40_4Cifar,
        DenseNet121, DenseNet161, DenseNet169, DenseNet201, DenseNet264,
        DenseNet40_12Cifar, DenseNet100_12Cifar, DenseNetBC100_12Cifar, DenseNetBC250_24Cifar, DenseNetBC190_40Cifar,
        Xception, InceptionResNetV1, InceptionResNetV2,
        AlexNet, Vgg16, Vgg16BatchNorm, GoogLeNet, InceptionV3, InceptionV4,
    ];

    // Names under which timm, Keras and pytorchcv know the same network. pytorchcv's resnet20_cifar10 and its kin are not among them: they
    // have projections.
    private static IReadOnlyDictionary<string, BackboneSpec> Aliases { get; } = new Dictionary<string, BackboneSpec>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["legacy_xception"] = Xception,
        ["tf_inception_v3"] = InceptionV3,
        ["inceptionv3"] = InceptionV3,
        ["inceptionv4"] = InceptionV4,
        ["inceptionresnetv1"] = InceptionResNetV1,
        ["inceptionresnetv2"] = InceptionResNetV2,
        ["preresnet110_cifar10"] = PreResNet110Cifar,
        ["preresnet164bn_cifar10"] = PreResNet164BnCifar,
        ["preresnet1001_cifar10"] = PreResNet1001Cifar,
        ["resnext29_32x4d_cifar10"] = ResNeXt29_32x4dCifar,
        ["resnext29_16x64d_cifar10"] = ResNeXt29_16x64dCifar,
        ["wrn28_10_cifar10"] = Wrn28_10Cifar,
        ["densenet100_k12_bc_cifar10"] = DenseNetBC100_12Cifar,
        ["densenet250_k24_bc_cifar10"] = DenseNetBC250_24Cifar,
        ["densenet190_k40_bc_cifar10"] = DenseNetBC190_40Cifar,
    };

    // 32 pixels, with the means and deviations of CIFAR-10's training images.
    private static Preprocessing Cifar =>
        new() { ImageSize = 32, ResizeSize = 32, Mean = [0.4914f, 0.4822f, 0.4465f], Std = [0.2470f, 0.2435f, 0.2616f] };

    /// <summary>Finds a backbone by name.</summary>
    /// <param name="name">
    /// Name as in <see cref="BackboneSpec.Name"/>, such as "resnet50", or another library's, such as timm's "legacy_xception"; upper and
    /// lower case are the same.
    /// </param>
    /// <returns>The row of <see cref="All"/>.</returns>
    /// <exception cref="ArgumentException">No backbone has this name; the message lists those that there are.</exception>
    public static BackboneSpec Named(string name) =>
        All.FirstOrDefault(backbone => string.Equals(backbone.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? Aliases.GetValueOrDefault(name)
        ?? throw new ArgumentException(
            $"No backbone is named '{name}'. Known names: {string.Join(", ", All.Select(backbone => backbone.Name))}.", nameof(name));
}
