using System.CommandLine;
using Microsoft.ML;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily predict MODEL PATH...</c>: the most probable labels of images.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' wrote." };
    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Images: files, folders, patterns such as 'photos/**/*.jpg', a .txt with one path a line, or a .csv or .tsv " +
            "with the column ImagePath.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<int> Top =
        new("--top") { Description = "How many labels to give for each image (default: 5).", DefaultValueFactory = _ => 5 };

    private static readonly Option<int?> Threads = ThreadsOption.Create();
    private static readonly ScoringOutputOptions Output = new();

    public static Command Create()
    {
        var command = new Command("predict", "Labels images.") { Model, Paths, Top, Threads };
        Output.AddTo(command);
        return command.Runs(Run);
    }

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var top = commandLine.GetValue(Top);
        if (top < 1)
            throw new CommandLineException($"Option '--top' is {top}, but it must be at least 1.");
        var output = Output.Of(commandLine);
        var paths = commandLine.GetRequiredValue(Paths);
        var images = ImageInput.Of(paths);

        var mlContext = new MLContext();
        var modelPath = commandLine.GetRequiredValue(Model);
        var model = mlContext.Model.Load(modelPath, out _);
        using var disposable = (IDisposable)model;
        var options = model.Classifier().Scoring with { Threads = commandLine.GetValue(Threads) };
        var scoring = ImageScoring.Predictions(mlContext, model, options, top);
        if (output is null)
            return Print(scoring.Score(new InputHash().Number(images)), results, cancellation);
        var header = ShardHeader.Of("predict", output, scoring, modelPath, paths, top);
        ShardScoring.Run(output, header, images, scoring, results, cancellation)?.Show(results);
        return ExitCode.Done;
    }

    private static int Print(IEnumerable<ScoredImage> images, Results results, CancellationToken cancellation)
    {
        var exitCode = ExitCode.Done;
        foreach (var image in images)
        {
            cancellation.ThrowIfCancellationRequested();
            results.Json(image);
            if (image.Predictions is { } predictions)
            {
                Show(results, image.Path, predictions, image.Labels ?? [predictions[0].Label]);
                continue;
            }
            if (!results.IsJson)
                Results.Note($"'{image.Path}': {image.Error}");
            exitCode = ExitCode.Failed;
        }
        return exitCode;
    }

    private static void Show(Results results, string path, IReadOnlyList<Prediction> predictions, IReadOnlyList<string> labels)
    {
        results.Text(path);
        var bars = new Grid().AddColumn(new GridColumn().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().RightAligned().PadRight(1))
            .AddColumn();
        foreach (var prediction in predictions)
        {
            var style = labels.Contains(prediction.Label) ? new Style(Color.Green, decoration: Decoration.Bold) : new Style(Color.Gray);
            bars.AddRow(
                new Text(prediction.Label, style), new Text($"{prediction.Probability:P1}", style),
                new Text(Bar(prediction.Probability), style));
        }
        results.Show(bars);
    }

    // Eighths of a character make short bars comparable.
    private static string Bar(double share)
    {
        const int Width = 40;
        var eighths = (int)Math.Round(share * Width * 8);
        return new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : $"{"▏▎▍▌▋▊▉"[eighths % 8 - 1]}");
    }
}
