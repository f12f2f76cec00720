namespace MLNet.ResNetFamily;

/// <summary>A training image, and what augmentation makes of it.</summary>
/// <param name="Label">Name of its class.</param>
/// <param name="Original">The image.</param>
/// <param name="Varied">As the network saw it in different epochs.</param>
internal sealed record AugmentedSample(string Label, Thumbnail Original, IReadOnlyList<Thumbnail> Varied)
{
    private const int VariantCount = 4;

    /// <summary>Varies an image; null when it cannot be read.</summary>
    public static AugmentedSample? Make(
        ImageItem item, IImageClassifier classifier, Augmentation augmentation, string label, int seed)
    {
        try
        {
            using var image = item.Decode(DecodeOptions.For(classifier.Members[0].Preprocessing, classifier.Scoring.MaxPixels));
            using var small = Thumbnail.Shrink(image);
            return new(
                label, Thumbnail.Of(small),
                [.. Enumerable.Range(1, VariantCount).Select(epoch => Vary(image, augmentation, Augmentation.RandomFor(seed, epoch, 0)))]);
        }
        catch (InvalidDataException)
        {
            return null;    // The section on skipped images names it.
        }
    }

    private static Thumbnail Vary(RgbImage image, Augmentation augmentation, Random random)
    {
        using var seen = augmentation.Vary(image, random);
        using var small = Thumbnail.Shrink(seen);
        return Thumbnail.Of(small);
    }
}
