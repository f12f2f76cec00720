using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>How well a model that may give an image several labels labels the images of a manifest.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Data">Its images.</param>
/// <param name="Evaluation">What the model answered.</param>
internal sealed record ManifestEvaluation(string Manifest, IDataView Data, MultiLabelEvaluation Evaluation)
{
    public MultiLabelClassificationMetrics Metrics => Evaluation.Metrics;

    public double Seconds => Evaluation.Seconds;

    /// <summary>The figures in one line.</summary>
    public string Summary => FormattableString.Invariant(
        $"micro F1 {Metrics.MicroF1:F4}, macro F1 {Metrics.MacroF1:F4}, mean average precision {Metrics.MacroAveragePrecision:F4}");

    /// <summary>The images of a manifest that measure a model.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="manifest">The manifest, whose labels are named like the model's.</param>
    /// <param name="separator">What parts them.</param>
    /// <param name="classNames">The classes that the model knows.</param>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The manifest cannot be read, or names a class that the model does not know.</exception>
    public static IDataView Open(MLContext mlContext, string manifest, char separator, IEnumerable<string> classNames)
    {
        var images = mlContext.Data.LoadImageManifest(manifest, separator);
        var known = classNames.ToHashSet();
        var unknown = images.GetColumn<string[]>("Label").SelectMany(labels => labels).Distinct().Where(label => !known.Contains(label));
        return !unknown.Any() ? images : throw new InvalidDataException(
            $"'{manifest}': the model knows no class {ListText.Quoted(unknown)}, only {ListText.Quoted(known)}. " +
            "Measure with a manifest whose labels are named like the model's classes, and see '--label-separator'.");
    }

    /// <summary>Measures a model.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="separator">What parts its labels.</param>
    /// <param name="onImage">Is told after each image how many of how many were scored; null for none.</param>
    /// <param name="scoring">How to score; null for the way of the model.</param>
    /// <inheritdoc cref="Open"/>
    public static ManifestEvaluation Of(
        MLContext mlContext, ITransformer model, string manifest, char separator, Action<long, long>? onImage = null,
        ScoringOptions? scoring = null)
    {
        var images = Open(mlContext, manifest, separator, model.Classifier().ClassNames);
        var total = images.GetColumn<string>("ImagePath").LongCount();
        try
        {
            return new(
                manifest, images, MultiLabelEvaluation.Of(model, images, "Label", done => onImage?.Invoke(done, total), scoring));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{manifest}': {error.Message}", error);
        }
    }

    /// <summary>Writes the report about this evaluation.</summary>
    /// <param name="model">The model that was evaluated.</param>
    /// <param name="reportFolder">Where to.</param>
    /// <param name="options">What else to tell.</param>
    /// <returns>Path of the page.</returns>
    public string WriteReport(ITransformer model, string reportFolder, ReportOptions options) => MultiLabelReport.Write(
        model, Data, Evaluation, Path.GetFullPath(reportFolder), options with { DataName = Manifest });

    /// <summary>Prints the figures.</summary>
    public void Show(Results results)
    {
        results.Json(new
        {
            Images = Metrics.ImageCount, Metrics.MicroF1, Metrics.MacroF1, Metrics.MicroAveragePrecision, Metrics.MacroAveragePrecision,
            Metrics.SubsetAccuracy, Metrics.HammingLoss, Seconds,
            Classes = Metrics.PerClass.Select(c => new
            {
                c.Name, Images = c.Count, c.Threshold, c.Precision, c.Recall, c.F1, c.AveragePrecision,
            }),
            Skipped = Evaluation.Skipped.Select(image => new { Path = image.Origin, image.Reason }),
        });
        results.Text(
            $"{Metrics.ImageCount} images: {Summary}, all labels right in {Metrics.SubsetAccuracy:P2} of the images, {Seconds:F1} s");
        results.Show(ClassTable());
        foreach (var image in Evaluation.Skipped)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
    }

    private Table ClassTable()
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("class", "images", "threshold", "precision", "recall", "F1", "average precision");
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        foreach (var c in Metrics.PerClass)
        {
            table.AddRow(
                Markup.Escape(c.Name), $"{c.Count:N0}", $"{c.Threshold:F3}", $"{c.Precision:P1}", $"{c.Recall:P1}", $"{c.F1:P1}",
                $"{c.AveragePrecision:P1}");
        }
        return table;
    }
}
