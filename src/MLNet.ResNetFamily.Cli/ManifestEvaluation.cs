using Microsoft.ML;
using Microsoft.ML.Data;

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
    public string Summary => EvaluationText.Summary(Metrics);

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
        ImageInput.CheckKnown(
            manifest, images.GetColumn<string[]>("Label").SelectMany(labels => labels).Distinct(), classNames.ToHashSet());
        return images;
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
}
