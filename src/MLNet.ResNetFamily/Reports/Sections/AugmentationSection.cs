namespace MLNet.ResNetFamily;

/// <summary>Training images as the network saw them.</summary>
internal static class AugmentationSection
{
    /// <summary>The section; null when no samples could be drawn.</summary>
    public static ReportSection? Write(IReadOnlyList<AugmentedSample>? samples, ImageClassifierTrainer.Options? options)
    {
        if (samples is not { Count: > 0 })
            return null;
        return new("augmentation", "Augmented samples", Html.Of($"""
            <p>Training images, first as they are and then as the network saw them in different epochs, at
            {options?.ImageSize ?? samples[0].Varied[0].Width} pixels a side. Can you still tell what they show?</p>
            <ul class="samples">
            {Html.Each(samples, Row)}
            </ul>
            """));
    }

    private static Html Row(AugmentedSample sample) => Html.Of($"""
        <li><span class="label">{sample.Label}</span>
        <div class="strip">{sample.Original.Write($"Training image of class {sample.Label}")}{Varied(sample)}</div></li>
        """);

    private static Html Varied(AugmentedSample sample) => Html.Each(sample.Varied, varied => varied.Write("The same, varied"));
}
