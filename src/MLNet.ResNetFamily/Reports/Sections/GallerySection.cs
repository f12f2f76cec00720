namespace MLNet.ResNetFamily;

/// <summary>Images that are worth looking at, each beside its heatmap.</summary>
internal static class GallerySection
{
    public static ReportSection? Mistakes(IReadOnlyList<ExplainedImage> images, LabeledScores scores) =>
        Write("mistakes", "Most confident mistakes", Html.Of($"""
            What the model was surest of and yet wrong, the first {images.Count} of {scores.Rows.Count(row => !row.IsRight)} mistakes.
            The heatmap shows what spoke for the wrong class.
            """), images);

    public static ReportSection? Hits(IReadOnlyList<ExplainedImage> images) =>
        Write("hits", "Least confident hits", Html.Of($"""
            Right, but barely: where more images of this kind would help. The heatmap shows what spoke for the right class.
            """), images);

    private static ReportSection? Write(string id, string title, Html introduction, IReadOnlyList<ExplainedImage> images) =>
        images.Count == 0 ? null : new(id, title, Html.Of($"""
            <p>{introduction} Light places matter, dark ones do not (Grad-CAM).</p>
            <ul class="gallery">
            {Html.Each(images, Pair)}
            </ul>
            """));

    private static Html Pair(ExplainedImage image) => Html.Of($"""
        <li><figure>
        <div class="pair">{image.Image.Write($"Image of class {image.Label}")}{Heatmap(image)}</div>
        <figcaption>{Verdict(image)}<span class="origin" title="{image.Origin}">{Path.GetFileName(image.Origin)}</span></figcaption>
        </figure></li>
        """);

    private static Html Heatmap(ExplainedImage image) => image.Overlay?.Write($"Heatmap for {image.Predicted}") ?? Html.Of($"");

    private static Html Verdict(ExplainedImage image) => image.Label == image.Predicted
        ? Html.Of($"""<span class="verdict good"><strong>{image.Label}</strong> {image.Confidence * 100:F0} %</span>""")
        : Html.Of($"""
            <span class="verdict bad">taken for <strong>{image.Predicted}</strong> {image.Confidence * 100:F0} %</span>
            <span class="verdict">is <strong>{image.Label}</strong> {image.LabelProbability * 100:F0} %</span>
            """);
}
