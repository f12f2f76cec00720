using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes the report at the end of a training.</summary>
internal static class TrainingReport
{
    /// <summary>Measures on the test images, else on the validation images, else, for want of others, on the training images.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="train">The training images.</param>
    /// <param name="validation">The validation images, if there are any.</param>
    /// <param name="test">What was measured already on test images, if there are any.</param>
    /// <param name="reportFolder">Where to.</param>
    /// <returns>Path of the page.</returns>
    public static string Write(
        ITransformer model, ImageClassifierTrainer.Options options, IDataView train, IDataView? validation, FolderEvaluation? test,
        string reportFolder) =>
        test?.WriteReport(model, reportFolder, Options(options, train)) ?? Write(model, options, train, validation, reportFolder);

    /// <summary>The same of a model that may give an image several labels.</summary>
    /// <inheritdoc cref="Write(ITransformer, ImageClassifierTrainer.Options, IDataView, IDataView, FolderEvaluation, string)"/>
    public static string Write(
        ITransformer model, ImageClassifierTrainer.Options options, IDataView train, IDataView? validation, ManifestEvaluation? test,
        string reportFolder) =>
        test?.WriteReport(model, reportFolder, Options(options, train)) ?? Write(model, options, train, validation, reportFolder);

    private static ReportOptions Options(ImageClassifierTrainer.Options options, IDataView train) =>
        new() { Title = options.Backbone.Name, Options = options, TrainingData = train };

    private static string Write(
        ITransformer model, ImageClassifierTrainer.Options options, IDataView train, IDataView? validation, string reportFolder)
    {
        var reportOptions = Options(options, train);
        return model.WriteReport(
            validation ?? train, Path.GetFullPath(reportFolder),
            reportOptions with { DataName = validation is null
                ? "the training images themselves, because there are no others"
                : "the validation images" });
    }
}
