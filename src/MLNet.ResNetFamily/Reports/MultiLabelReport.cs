using System.Globalization;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>The report about a classifier that may give an image several labels.</summary>
internal static class MultiLabelReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="model">What was measured.</param>
    /// <param name="data">What it was measured with.</param>
    /// <param name="evaluation">What it answered.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="options">What else to tell.</param>
    /// <returns>Path of the page.</returns>
    public static string Write(
        ITransformer model, IDataView data, MultiLabelEvaluation evaluation, string folder, ReportOptions options)
    {
        var classifier = ClassifierFinder.Of(model);
        var history = classifier.Members is [var only] ? only.History : null;
        var metrics = evaluation.Metrics;
        var gallery = new LabelGallery(classifier, model.Transform(data), evaluation.Answers);
        var measured = new MeasuredImages(classifier.ClassNames, evaluation.Answers.Rows.Count, evaluation.Seconds);
        var sections = new[]
        {
            TrainingSection.Write(history),
            LabelSection.Write(metrics),
            LabelGallerySection.Write(
                "seen", "What speaks for each label", "For each label the image that was surest to show it, of those that do.",
                gallery.Surest()),
            LabelGallerySection.Write(
                "mistakes", "Most confident mistakes", "Labels that images got and should not have: what spoke for the wrong label.",
                gallery.Wrong(options.ImageCount)),
            LabelGallerySection.Write(
                "missed", "Missed labels", "Labels that images should have got, the least probable first: what spoke for them after all.",
                gallery.Missed(options.ImageCount)),
            SkippedSection.Write(history?.BadImages ?? [], evaluation.Skipped),
            ModelCardSection.Write(classifier, measured, options, options.TrainingData is { } training ? Count(training) : null),
        };
        return Report.Save(
            ReportPage.Of(
                "Image classifier report", options.Title, Subtitle(metrics, options), Headline(metrics),
                [.. sections.OfType<ReportSection>()]), folder);
    }

    private static string Subtitle(MultiLabelClassificationMetrics metrics, ReportOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured on {metrics.ImageCount:N0} images with any of {metrics.PerClass.Count} labels" +
        $"{(options.DataName is null ? "" : $" from {options.DataName}")}, {DateTime.Now:d MMMM yyyy}.");

    private static Html Headline(MultiLabelClassificationMetrics metrics) => Html.Of($"""
        <dl class="headline">
        {Figure("Micro F1", $"{metrics.MicroF1:F3}", "over all decisions, 0 to 1")}
        {Figure("Macro F1", $"{metrics.MacroF1:F3}", "mean over the labels, 0 to 1")}
        {Figure("Mean average precision", $"{metrics.MacroAveragePrecision:F3}", "whatever the thresholds, 0 to 1")}
        {Figure("All labels right", $"{metrics.SubsetAccuracy * 100:F1} %", "of the images")}
        {Figure("Wrong decisions", $"{metrics.HammingLoss * 100:F1} %", "of those about an image and a label")}
        {Figure("Images measured", $"{metrics.ImageCount:N0}", "that could be read")}
        </dl>
        """);

    private static Html Figure(string name, FormattableString value, string meaning) => Html.Of($"""
        <div><dt>{name}</dt><dd><strong>{FormattableString.Invariant(value)}</strong> <span>{meaning}</span></dd></div>
        """);

    private static int Count(IDataView data)
    {
        var count = 0;
        using var cursor = data.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }
}
