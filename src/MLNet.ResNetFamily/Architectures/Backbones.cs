namespace MLNet.ResNetFamily;

/// <summary>Every named backbone, one line each. Use one as it is, or vary it: <c>Backbones.ResNet50 with { InputChannels = 1 }</c>.</summary>
public static class Backbones
{
    // He et al. 2015, table 1. The names, keys and the stride in the 3×3 convolution are torchvision's.
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

    // Xie et al. 2016, tables 3 and 4.
    /// <summary>ResNeXt-50, cardinality 32, width 4.</summary>
    public static ResNetSpec ResNeXt50_32x4d { get; } = ResNet50 with { Name = "resnext50_32x4d", Groups = 32, GroupWidth = 4 };
    /// <summary>ResNeXt-101, cardinality 32, width 4.</summary>
    public static ResNetSpec ResNeXt101_32x4d { get; } = ResNet101 with { Name = "resnext101_32x4d", Groups = 32, GroupWidth = 4 };
    /// <summary>ResNeXt-101, cardinality 32, width 8.</summary>
    public static ResNetSpec ResNeXt101_32x8d { get; } = ResNet101 with { Name = "resnext101_32x8d", Groups = 32, GroupWidth = 8 };
    /// <summary>ResNeXt-101, cardinality 64, width 4.</summary>
    public static ResNetSpec ResNeXt101_64x4d { get; } = ResNet101 with { Name = "resnext101_64x4d", Groups = 64, GroupWidth = 4 };

    // Zagoruyko and Komodakis 2016, table 8; torchvision widens the 3×3 convolutions only.
    /// <summary>Wide ResNet-50-2.</summary>
    public static ResNetSpec WideResNet50_2 { get; } = ResNet50 with { Name = "wide_resnet50_2", GroupWidth = 128 };
    /// <summary>Wide ResNet-101-2.</summary>
    public static ResNetSpec WideResNet101_2 { get; } = ResNet101 with { Name = "wide_resnet101_2", GroupWidth = 128 };

    /// <summary>All named backbones, in the order above.</summary>
    public static IReadOnlyList<BackboneSpec> All { get; } =
    [
        ResNet18, ResNet34, ResNet50, ResNet101, ResNet152,
        ResNeXt50_32x4d, ResNeXt101_32x4d, ResNeXt101_32x8d, ResNeXt101_64x4d,
        WideResNet50_2, WideResNet101_2,
    ];

    /// <summary>Finds a backbone by name.</summary>
    /// <param name="name">Name as in <see cref="BackboneSpec.Name"/>, such as "resnet50"; upper and lower case are the same.</param>
    /// <returns>The row of <see cref="All"/>.</returns>
    /// <exception cref="ArgumentException">No backbone has this name; the message lists those that there are.</exception>
    public static BackboneSpec Named(string name) =>
        All.FirstOrDefault(backbone => string.Equals(backbone.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"No backbone is named '{name}'. Known names: {string.Join(", ", All.Select(backbone => backbone.Name))}.", nameof(name));
}
