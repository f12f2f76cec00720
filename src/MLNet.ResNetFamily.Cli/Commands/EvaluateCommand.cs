using System.CommandLine;
using Microsoft.ML;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily evaluate MODEL FOLDER</c>: accuracy on labeled images.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' wrote." };
    private static readonly Argument<string> Folder = new("FOLDER") { Description = "Images in one sub-folder a class." };
    private static readonly Option<string?> Precision = PrecisionOption.Create();
    private static readonly Option<string?> Engine = EngineOption.Create();
    private static readonly Option<string?> ReportFolder = ReportOption.Create();

    public static Command Create() =>
        new Command("evaluate", "Measures a model on a folder of labeled images.")
        {
            Model, Folder, Precision, Engine, ReportFolder,
        }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        OutputPlace.CheckFolder(commandLine.GetValue(ReportFolder), ReportFolder.Name);
        var mlContext = new MLContext();
        var modelPath = commandLine.GetRequiredValue(Model);
        var model = mlContext.Model.Load(modelPath, out _);
        using var disposable = (IDisposable)model;
        var classifier = model.Classifier();
        var scoring = classifier.Scoring with
        {
            Precision = commandLine.PrecisionOf(Precision), Engine = commandLine.EngineOf(Engine),
        };
        var evaluation = Measure(mlContext, model, commandLine.GetRequiredValue(Folder), scoring, results, cancellation);
        results.Json(new
        {
            evaluation.Images, evaluation.Correct, evaluation.Accuracy, Top5 = evaluation.TopFiveAccuracy, evaluation.LogLoss,
            evaluation.Seconds,
            Skipped = evaluation.Skipped.Select(image => new { Path = image.Origin, image.Reason }),
        });
        results.Text(
            $"{evaluation.Correct} of {evaluation.Images} images right ({evaluation.Accuracy:P2}), among the first five " +
            $"{evaluation.TopFiveAccuracy:P2}, log-loss {evaluation.LogLoss:F4}, {evaluation.Seconds:F1} s");
        results.Show(ClassTable(evaluation));
        foreach (var image in evaluation.Skipped)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
        if (commandLine.GetValue(ReportFolder) is { } folder)
            Results.Note($"Report: {evaluation.WriteReport(model, folder, new() { Title = Path.GetFileNameWithoutExtension(modelPath) })}");
        return ExitCode.Done;
    }

    private static FolderEvaluation Measure(
        MLContext mlContext, ITransformer model, string folder, ScoringOptions scoring, Results results, CancellationToken cancellation)
    {
        using var bar = new ScoringBar(results, cancellation);
        return FolderEvaluation.Of(mlContext, model, folder, bar.Show, scoring);
    }

    private static Table ClassTable(FolderEvaluation evaluation)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("class", "images", "precision", "recall", "F1", "most often taken for");
        foreach (var column in table.Columns.Skip(1).Take(4))
            column.RightAligned();
        var confusion = new Confusion(evaluation.Scores);
        var mostOften = confusion.Mistakes.DistinctBy(mistake => mistake.Label).ToDictionary(mistake => mistake.Label);
        foreach (var c in confusion.Classes)
        {
            var mistake = mostOften.GetValueOrDefault(c.Index);
            table.AddRow(
                Markup.Escape(c.Name), $"{c.Count:N0}", $"{c.Precision:P1}", $"{c.Recall:P1}", $"{c.F1:P1}",
                mistake.Count == 0 ? "" : Markup.Escape($"{confusion.ClassNames[mistake.Predicted]} ({mistake.Count})"));
        }
        return table;
    }
}
