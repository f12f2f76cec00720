namespace MLNet.ResNetFamily;

/// <summary>Pictures that are worth looking at, each beside its heatmap.</summary>
internal static class GallerySection
{
    public static ReportSection? Mistakes(IReadOnlyList<ExplainedPicture> pictures, LabelledScores scores) =>
        Write("mistakes", "Most confident mistakes", Html.Of(
            $"What the model was surest of and yet wrong, the first {pictures.Count} of {scores.Rows.Count(row => !row.IsRight)} mistakes. The heatmap shows what spoke for the wrong class."), pictures);

    public static ReportSection? Hits(IReadOnlyList<ExplainedPicture> pictures) =>
        Write("hits", "Least confident hits", Html.Of($"Right, but barely: where more pictures of this kind would help. The heatmap shows what spoke for the right class."), pictures);

    private static ReportSection? Write(string id, string title, Html introduction, IReadOnlyList<ExplainedPicture> pictures) =>
        pictures.Count == 0 ? null : new(id, title, Html.Of($"""
            <p>{introduction} Light places matter, dark ones do not (Grad-CAM).</p>
            <ul class="gallery">
            {Html.Each(pictures, Picture)}
            </ul>
            """));

    private static Html Picture(ExplainedPicture picture) => Html.Of($"""
        <li><figure>
        <div class="pair">{picture.Picture.Write($"Picture of class {picture.Label}")}{picture.Overlay.Write($"Heatmap for {picture.Predicted}")}</div>
        <figcaption>{Verdict(picture)}<span class="origin" title="{picture.Origin}">{Path.GetFileName(picture.Origin)}</span></figcaption>
        </figure></li>
        """);

    private static Html Verdict(ExplainedPicture picture) => picture.Label == picture.Predicted
        ? Html.Of($"""<span class="verdict good"><strong>{picture.Label}</strong> {picture.Confidence * 100:F0} %</span>""")
        : Html.Of($"""
            <span class="verdict bad">taken for <strong>{picture.Predicted}</strong> {picture.Confidence * 100:F0} %</span>
            <span class="verdict">is <strong>{picture.Label}</strong> {picture.LabelProbability * 100:F0} %</span>
            """);
}
