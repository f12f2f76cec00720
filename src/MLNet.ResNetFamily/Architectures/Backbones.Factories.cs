using System.Globalization;

namespace MLNet.ResNetFamily;

// The families by their own numbers: a row of the table, or a variant of one.
public static partial class Backbones
{
    /// <summary>A residual network: He et al. (2015), https://arxiv.org/abs/1512.03385.</summary>
    /// <param name="depth">Layers: 18, 34, 50, 101, 152 or 200. 50 by default.</param>
    /// <returns>The row of that depth.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists the depths that there are.</exception>
    public static ResNetSpec ResNet(int depth = 50) => Row(depth, ByDepth<ResNetSpec>("resnet"), "ResNet");

    /// <summary>A residual network with pre-activation: He et al. (2016), https://arxiv.org/abs/1603.05027.</summary>
    /// <param name="depth">Layers: 18, 34, 50, 101, 152 or 200. 50 by default.</param>
    /// <returns>The row of that depth.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists the depths that there are.</exception>
    public static ResNetV2Spec ResNetV2(int depth = 50) => Row(depth, ByDepth<ResNetV2Spec>("resnetv2_"), "ResNet-v2");

    /// <summary>A ResNeXt: Xie et al. (2016), https://arxiv.org/abs/1611.05431.</summary>
    /// <param name="depth">Layers: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="cardinality">Groups of the 3×3 convolutions, at least 1. 32 by default.</param>
    /// <param name="baseWidth">Channels of a group in the first stage, at least 1. 4 by default.</param>
    /// <returns>The row of these numbers where there is one, else a variant named in the same way.</returns>
    /// <exception cref="ArgumentException">There is no such depth, or a number is below 1.</exception>
    public static ResNetSpec ResNeXt(int depth = 50, int cardinality = 32, int baseWidth = 4)
    {
        RequirePositive(cardinality, nameof(cardinality));
        RequirePositive(baseWidth, nameof(baseWidth));
        return Variant(FormattableString.Invariant($"resnext{depth}_{cardinality}x{baseWidth}d"), Bottleneck(depth, "ResNeXt") with
        {
            Groups = cardinality,
            GroupWidth = baseWidth,
        });
    }

    /// <summary>
    /// A wide residual network: Zagoruyko and Komodakis (2016), https://arxiv.org/abs/1605.07146; widened as torchvision does it.
    /// </summary>
    /// <param name="depth">Layers: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="widthFactor">How many times wider its 3×3 convolutions are than those of a ResNet, at least 1. 2 by default.</param>
    /// <returns>The row of these numbers where there is one, else a variant named in the same way.</returns>
    /// <exception cref="ArgumentException">There is no such depth, or the factor is below 1.</exception>
    public static ResNetSpec WideResNet(int depth = 50, int widthFactor = 2)
    {
        RequirePositive(widthFactor, nameof(widthFactor));
        return Variant(
            FormattableString.Invariant($"wide_resnet{depth}_{widthFactor}"),
            Bottleneck(depth, "Wide ResNet") with { GroupWidth = 64 * widthFactor });
    }

    /// <summary>A densely connected network: Huang et al. (2016), https://arxiv.org/abs/1608.06993.</summary>
    /// <param name="depth">Layers: 121, 161, 169, 201 or 264. 121 by default.</param>
    /// <returns>The row of that depth.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists the depths that there are.</exception>
    public static DenseNetSpec DenseNet(int depth = 121) => Row(depth, ByDepth<DenseNetSpec>("densenet"), "DenseNet");

    /// <summary>An Inception-ResNet: Szegedy et al. (2016), https://arxiv.org/abs/1602.07261.</summary>
    /// <param name="version">1 or 2, the larger one. 2 by default.</param>
    /// <returns>The row of that version.</returns>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    public static InceptionResNetSpec InceptionResNet(int version = 2) => version switch
    {
        1 => InceptionResNetV1,
        2 => InceptionResNetV2,
        _ => throw new ArgumentException($"There is no Inception-ResNet of version {version}. Choose 1 or 2.", nameof(version)),
    };

    private static ResNetSpec Bottleneck(int depth, string family)
    {
        var known = ByDepth<ResNetSpec>("resnet", spec => spec.Block == BlockKind.Bottleneck);
        // The smallest network of bottlenecks with four stages; timm has it as resnet26.
        known[26] = ResNet50 with { Name = "resnet26", Depths = [2, 2, 2, 2] };
        return Row(depth, known, family);
    }

    /// <summary>The row of that name where there is one: it may say more than the numbers do, other preprocessing for instance.</summary>
    private static ResNetSpec Variant(string name, ResNetSpec variant) =>
        All.OfType<ResNetSpec>().FirstOrDefault(row => row.Name == name) ?? variant with { Name = name };

    private static SortedDictionary<int, TSpec> ByDepth<TSpec>(string prefix, Func<TSpec, bool>? isWanted = null) where TSpec : BackboneSpec
    {
        var known = new SortedDictionary<int, TSpec>();
        foreach (var row in All.OfType<TSpec>().Where(isWanted ?? (_ => true)))
        {
            if (row.Name.StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(row.Name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var depth))
                known[depth] = row;
        }
        return known;
    }

    private static TSpec Row<TSpec>(int depth, SortedDictionary<int, TSpec> known, string family) =>
        known.TryGetValue(depth, out var row) ? row : throw new ArgumentException(
            $"There is no {family} with {depth} layers here. Depths: {string.Join(", ", known.Keys)}. " +
            "Choose one of them, or give ImageClassifier a backbone of your own in its options.", nameof(depth));

    private static void RequirePositive(int value, string name)
    {
        if (value < 1)
            throw new ArgumentException($"'{name}' is {value}, but it must be at least 1.", name);
    }
}
