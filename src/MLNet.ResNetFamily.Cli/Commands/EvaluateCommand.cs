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
        if (model.Classifier().Thresholds is not null)
        {
            if (output is not null)
                throw new CommandLineException("Option '--out' is for models that give an image one label. Leave it out.");
            var labels = MeasureLabels(mlContext, model, commandLine, scoring, results, cancellation);
            labels.Show(results);
            if (reportFolder is not null)
            {
                var title = Path.GetFileNameWithoutExtension(modelPath);
                Results.Note($"Report: {labels.WriteReport(model, reportFolder, new() { Title = title })}");
            }
            return ExitCode.Done;
        }
        var scores = output is null
            ? Measure(mlContext, model, folder, scoring, results, cancellation)
            : Write(mlContext, model, modelPath, folder, scoring, output, results, cancellation);
        if (scores is null)
            return ExitCode.Done;
        EvaluationText.Show(results, scores);
        if (reportFolder is not null)
        {
            var evaluation = new FolderEvaluation(folder, FolderEvaluation.Open(mlContext, folder, scores.ClassNames), scores);
            var options = new ReportOptions { Title = Path.GetFileNameWithoutExtension(modelPath) };
            Results.Note($"Report: {evaluation.WriteReport(model, reportFolder, options)}");
        }
        return ExitCode.Done;
    }

    private static LabeledScores Measure(
        MLContext mlContext, ITransformer model, string folder, ScoringOptions scoring, Results results, CancellationToken cancellation)
    {
        using var bar = new ScoringBar(results, cancellation);
        return FolderEvaluation.Of(mlContext, model, folder, bar.Show, scoring).Scores;
    }

    private static ManifestEvaluation MeasureLabels(
        MLContext mlContext, ITransformer model, ParseResult commandLine, ScoringOptions scoring, Results results,
        CancellationToken cancellation)
    {
        using var bar = new ScoringBar(results, cancellation);
        return ManifestEvaluation.Of(
            mlContext, model, commandLine.GetRequiredValue(Folder), commandLine.SeparatorOf(LabelSeparator), bar.Show, scoring);
    }

    // Null where one shard of several was scored.
    private static LabeledScores? Write(
        MLContext mlContext, ITransformer model, string modelPath, string folder, ScoringOptions scoring, ScoringOutput output,
        Results results, CancellationToken cancellation)
    {
        var images = ImageInput.Labeled(folder, model.Classifier().ClassNames);
        var measurement = ImageScoring.Measurement(mlContext, model, scoring);
        var header = ShardHeader.Of(Name, output, measurement, modelPath, [folder], top: 0);
        return ShardScoring.Run(output, header, images, measurement, results, cancellation)?.Scores;
    }
}
