namespace MLNet.ResNetFamily;

/// <summary>Images that are worth looking at, each beside its heatmap for one label.</summary>
internal static class LabelGallerySection
{
    /// <summary>The section; null where there is no image.</summary>
    public static ReportSection? Write(string id, string title, string introduction, IReadOnlyList<ExplainedLabel> images) =>
        images.Count == 0 ? null : new(id, title, Html.Of($"""
            <p>{introduction} Light places matter, dark ones do not (Grad-CAM).</p>
            <ul class="gallery">
            {Html.Each(images, Pair)}
            </ul>
            """));

    private static Html Pair(ExplainedLabel image) => Html.Of($"""
        <li><figure>
        <div class="pair">{image.Image.Write($"Image of {Names(image)}")}{Heatmap(image)}</div>
        <figcaption><span class="verdict {(image.IsRight ? "good" : "bad")}"><strong>{image.Label}</strong>
        {image.Probability * 100:F0} %, given from {image.Threshold * 100:F0} % on</span>
        <span class="verdict">shows {Names(image)}</span>
        <span class="origin" title="{image.Origin}">{Path.GetFileName(image.Origin)}</span></figcaption>
        </figure></li>
        """);

    private static Html Heatmap(ExplainedLabel image) => image.Overlay?.Write($"Heatmap for {image.Label}") ?? Html.Empty;

    private static string Names(ExplainedLabel image) => image.Shown.Count == 0 ? "none of the labels" : string.Join(", ", image.Shown);
}
