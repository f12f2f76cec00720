using System.CommandLine;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily evaluate MODEL FOLDER</c>: accuracy on labeled images.</summary>
internal static class EvaluateCommand
{
    public const string Name = "evaluate";

    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' wrote." };
    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "Images in one sub-folder a class; a pattern such as 'photos/*/*.jpg'; or a .csv or .tsv with the columns " +
            "ImagePath and Label. For a model that may give an image several labels it is such a file.",
    };

    private static readonly Option<string?> LabelSeparator = LabelSeparatorOption.Create();

    private static readonly Option<string?> Precision = PrecisionOption.Create();
    private static readonly Option<string?> Engine = EngineOption.Create();
    private static readonly Option<int?> Threads = ThreadsOption.Create();
    private static readonly Option<string?> ReportFolder = ReportOption.Create();
    private static readonly ScoringOutputOptions Output = new();

    public static Command Create()
    {
        var command = new Command(Name, "Measures a model on a folder of labeled images.")
        {
            Model, Folder, LabelSeparator, Precision, Engine, Threads, ReportFolder,
        };
        Output.AddTo(command);
        return command.Runs(Run);
    }

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var reportFolder = commandLine.GetValue(ReportFolder);
        OutputPlace.CheckFolder(reportFolder, ReportFolder.Name);
        var output = Output.Of(commandLine);
        if (output?.Shard is not null && reportFolder is not null)
            throw new CommandLineException("Option '--report' needs all images, but '--shard' asks for a part. Leave one of them out.");
        var mlContext = new MLContext();
        var modelPath = commandLine.GetRequiredValue(Model);
        var model = mlContext.Model.Load(modelPath, out _);
        using var disposable = (IDisposable)model;
        var scoring = model.Classifier().Scoring with
        {
            Precision = commandLine.PrecisionOf(Precision), Engine = commandLine.EngineOf(Engine),
            Threads = commandLine.GetValue(Threads),
        };
        var folder = commandLine.GetRequiredValue(Folder);
        return model.Classifier().Thresholds is null
            ? EvaluateLabels(mlContext, model, modelPath, folder, scoring, output, reportFolder, results, cancellation)
            : EvaluateLabelSets(
                mlContext, model, modelPath, folder, commandLine.SeparatorOf(LabelSeparator), scoring, output, reportFolder, results,
                cancellation);
    }

    private static int EvaluateLabels(
        MLContext mlContext, ITransformer model, string modelPath, string folder, ScoringOptions scoring, ScoringOutput? output,
        string? reportFolder, Results results, CancellationToken cancellation)
    {
        var scores = output is null
            ? Watched(results, cancellation, show => FolderEvaluation.Of(mlContext, model, folder, show, scoring)).Scores
            : Write(
                ImageInput.Labeled(folder, model.Classifier().ClassNames), ImageScoring.Measurement(mlContext, model, scoring), modelPath,
                folder, output, results, cancellation)?.Scores;
        if (scores is null)
            return ExitCode.Done;
        EvaluationText.Show(results, scores);
        if (reportFolder is not null)
        {
            var evaluation = new FolderEvaluation(folder, FolderEvaluation.Open(mlContext, folder, scores.ClassNames), scores);
            Results.Note($"Report: {evaluation.WriteReport(model, reportFolder, Titled(modelPath))}");
        }
        return ExitCode.Done;
    }

    private static int EvaluateLabelSets(
        MLContext mlContext, ITransformer model, string modelPath, string manifest, char separator, ScoringOptions scoring,
        ScoringOutput? output, string? reportFolder, Results results, CancellationToken cancellation)
    {
        var classNames = model.Classifier().ClassNames;
        var answers = output is null
            ? Watched(
                results, cancellation, show => ManifestEvaluation.Of(mlContext, model, manifest, separator, show, scoring)).Evaluation
            : Write(
                ImageInput.LabelSets(manifest, classNames, separator),
                ImageScoring.LabelMeasurement(mlContext, model, scoring, separator), modelPath, manifest, output, results,
                cancellation)?.LabelSets;
        if (answers is null)
            return ExitCode.Done;
        EvaluationText.Show(results, answers);
        if (reportFolder is not null)
        {
            var evaluation = new ManifestEvaluation(
                manifest, ManifestEvaluation.Open(mlContext, manifest, separator, classNames), answers);
            Results.Note($"Report: {evaluation.WriteReport(model, reportFolder, Titled(modelPath))}");
        }
        return ExitCode.Done;
    }

    private static T Watched<T>(Results results, CancellationToken cancellation, Func<Action<long, long>, T> measure)
    {
        using var bar = new ScoringBar(results, cancellation);
        return measure(bar.Show);
    }

    // Null where one shard of several was scored.
    private static MergedShards? Write(
        IEnumerable<InputImage> images, ImageScoring measurement, string modelPath, string input, ScoringOutput output, Results results,
        CancellationToken cancellation) => ShardScoring.Run(
            output, ShardHeader.Of(Name, output, measurement, modelPath, [input], top: 0), images, measurement, results, cancellation);

    private static ReportOptions Titled(string modelPath) => new() { Title = Path.GetFileNameWithoutExtension(modelPath) };
}
