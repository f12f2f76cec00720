using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>The backbones that the short forms of the catalogs mean: a row of <see cref="Backbones"/>, or a variant of one.</summary>
internal static class ShortForms
{
    public static ResNetSpec ResNet(int depth) => Row(depth, Known(_ => true), "ResNet");

    public static ResNetSpec ResNeXt(int depth, int cardinality, int baseWidth)
    {
        Require(cardinality >= 1, nameof(cardinality), cardinality);
        Require(baseWidth >= 1, nameof(baseWidth), baseWidth);
        return Variant(FormattableString.Invariant($"resnext{depth}_{cardinality}x{baseWidth}d"), Bottleneck(depth, "ResNeXt") with
        {
            Groups = cardinality,
            GroupWidth = baseWidth,
        });
    }

    public static ResNetSpec WideResNet(int depth, int widthFactor)
    {
        Require(widthFactor >= 1, nameof(widthFactor), widthFactor);
        return Variant(FormattableString.Invariant($"wide_resnet{depth}_{widthFactor}"), Bottleneck(depth, "Wide ResNet") with { GroupWidth = 64 * widthFactor });
    }

    private static ResNetSpec Bottleneck(int depth, string family)
    {
        var known = Known(spec => spec.Block == BlockKind.Bottleneck);
        // The smallest network of bottlenecks with four stages; timm has it as resnet26.
        known[26] = Backbones.ResNet50 with { Name = "resnet26", Depths = [2, 2, 2, 2] };
        return Row(depth, known, family);
    }

    /// <summary>The row of that name where there is one: it may say more than the numbers do, other preprocessing for instance.</summary>
    private static ResNetSpec Variant(string name, ResNetSpec variant) =>
        Backbones.All.OfType<ResNetSpec>().FirstOrDefault(row => row.Name == name) ?? variant with { Name = name };

    private static SortedDictionary<int, ResNetSpec> Known(Func<ResNetSpec, bool> isWanted)
    {
        var known = new SortedDictionary<int, ResNetSpec>();
        foreach (var row in Backbones.All.OfType<ResNetSpec>().Where(isWanted))
        {
            if (row.Name.StartsWith("resnet", StringComparison.Ordinal)
                && int.TryParse(row.Name.AsSpan("resnet".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var depth))
                known[depth] = row;
        }
        return known;
    }

    private static ResNetSpec Row(int depth, SortedDictionary<int, ResNetSpec> known, string family) =>
        known.TryGetValue(depth, out var row) ? row : throw new ArgumentException(
            $"There is no {family} with {depth} layers here. Depths: {string.Join(", ", known.Keys)}. " +
            "Choose one of them, or give ImageClassifier a backbone of your own in its options.", nameof(depth));

    private static void Require(bool holds, string name, int found)
    {
        if (!holds)
            throw new ArgumentException($"'{name}' is {found}, but it must be at least 1.", name);
    }
}
