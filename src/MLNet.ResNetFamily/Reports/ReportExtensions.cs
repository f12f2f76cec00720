using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Writes reports about image classifiers.</summary>
public static class ReportExtensions
{
    /// <summary>
    /// Scores labeled data and writes one self-contained page about it, <c>report.html</c>: training curves, confusion matrix, figures of
    /// each class, calibration, mistakes with heatmaps, data and model card; where an image may have several labels, the figures of each
    /// label at its threshold, and what speaks for it.
    /// </summary>
    /// <param name="model">An image classifier, or a fitted pipeline with one.</param>
    /// <param name="data">Labeled data as the pipeline takes them; best such that the model was not trained on.</param>
    /// <param name="folder">Where the page is written; made if it is not there.</param>
    /// <param name="options">What else to tell; null for the defaults.</param>
    /// <returns>Path of the page.</returns>
    /// <exception cref="ArgumentException">The model holds no image classifier, or the labels do not fit it.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    /// <exception cref="IOException">The page cannot be written.</exception>
    /// <remarks>Images that cannot be read are listed. The model may score elsewhere at the same time.</remarks>
    public static string WriteReport(this ITransformer model, IDataView data, string folder, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new();
        options.Validate();
        if (ClassifierFinder.Find(model) is { Thresholds: not null })
        {
            return MultiLabelReport.Write(
                model, data, MultiLabelEvaluation.Of(model, data, options.LabelColumnName), folder, options);
        }
        var scores = LabeledScores.Of(model, data, options.LabelColumnName);
        return Report.Write(model, data, scores, folder, options);
    }
}
