using System.Globalization;
using System.Text;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Gathers what a report tells and writes it.</summary>
internal static class Report
{
    public const string FileName = "report.html";

    /// <summary>Writes the page.</summary>
    /// <param name="model">What was measured.</param>
    /// <param name="data">What it was measured with.</param>
    /// <param name="scores">What it answered.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="options">What else to tell.</param>
    /// <returns>Path of the page.</returns>
    public static string Write(ITransformer model, IDataView data, LabeledScores scores, string folder, ReportOptions options)
    {
        var classifier = ClassifierFinder.Of(model);
        var confusion = new Confusion(scores);
        var calibration = new Calibration(scores.Rows);
        var gallery = new Gallery(classifier, model.Transform(data), scores);
        var training = options.TrainingData is { } view ? TrainingSamples.Read(classifier, model.Transform(view), options) : null;
        var history = classifier.Members is [var only] ? only.History : null;

        var sections = new[]
        {
            TrainingSection.Write(history),
            ConfusionSection.Write(confusion),
            ClassSection.Write(confusion),
            CalibrationSection.Write(calibration),
            GallerySection.Mistakes(gallery.MostConfidentMistakes(options.ImageCount), scores),
            GallerySection.Hits(gallery.LeastConfidentHits(options.ImageCount)),
            AugmentationSection.Write(training?.Samples, options.Options),
            BalanceSection.Write(confusion, training?.CountsByClass),
            SkippedSection.Write(history?.BadImages ?? [], scores.Skipped),
            ModelCardSection.Write(
                classifier, new(scores.ClassNames, scores.Rows.Count, scores.Seconds), options, training?.CountsByClass.Sum()),
        };
        return Save(
            ReportPage.Of(
                "Image classifier report", options.Title, Subtitle(scores, options), Headline.Write(scores, confusion, calibration),
                [.. sections.OfType<ReportSection>()]), folder);
    }

    /// <summary>Writes a page into a folder, which is made if it is not there.</summary>
    /// <returns>Path of the page.</returns>
    public static string Save(Html page, string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page.ToString())));
        return path;
    }

    private static string Subtitle(LabeledScores scores, ReportOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured on {scores.Rows.Count:N0} images of {scores.ClassNames.Count} " +
        $"classes{(options.DataName is null ? "" : $" from {options.DataName}")}, {DateTime.Now:d MMMM yyyy}.");
}
