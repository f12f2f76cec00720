using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily predict MODEL PATH...</c>: the most probable labels of image files.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' wrote." };
    private static readonly Argument<string[]> Paths = new("PATH") { Description = "Image files.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<int> Top =
        new("--top") { Description = "How many labels to print for each file (default: 5).", DefaultValueFactory = _ => 5 };

    public static Command Create() => new Command("predict", "Labels image files.") { Model, Paths, Top }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var top = commandLine.GetValue(Top);
        if (top < 1)
            throw new CommandLineException($"Option '--top' is {top}, but it must be at least 1.");

        var mlContext = new MLContext();
        var model = mlContext.Model.Load(commandLine.GetRequiredValue(Model), out _);
        using var disposable = (IDisposable)model;
        var skipped = new BadImageList();
        var scoring = model.Classifier().Scoring with { OnBadImage = OnBadImage.Skip, BadImages = skipped };
        var paths = commandLine.GetRequiredValue(Paths);
        var scored = ClassifierFinder.Transform(
            model, mlContext.Data.LoadFromEnumerable(paths.Select(path => new Photo { ImagePath = path })), scoring);
        var classes = scored.Schema["Score"].SlotNames();
        var exitCode = ExitCode.Done;
        foreach (var (path, scores) in paths.Zip(scored.GetColumn<float[]>("Score")))
        {
            cancellation.ThrowIfCancellationRequested();
            if (float.IsNaN(scores[0]))
            {
                var reason = skipped.LastOrDefault(image => image.Origin == path)?.Reason;
                results.Json(new { Path = path, Error = reason });
                if (!results.IsJson)
                    Results.Note($"'{path}': {reason}");
                exitCode = ExitCode.Failed;
                continue;
            }
            var predictions = classes.Zip(scores, (label, probability) => new Prediction(label, probability))
                .OrderByDescending(p => p.Probability).Take(top).ToList();
            results.Json(new { Path = path, Predictions = predictions });
            Show(results, path, predictions);
        }
        return exitCode;
    }

    private static void Show(Results results, string path, List<Prediction> predictions)
    {
        results.Text(path);
        var bars = new Grid().AddColumn(new GridColumn().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().RightAligned().PadRight(1))
            .AddColumn();
        foreach (var (prediction, place) in predictions.Select((prediction, place) => (prediction, place)))
        {
            var style = place == 0 ? new Style(Color.Green, decoration: Decoration.Bold) : new Style(Color.Gray);
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

    private sealed record Prediction(string Label, double Probability);

    private sealed class Photo
    {
        public string ImagePath { get; init; } = "";

        // The model's pipeline was trained with labels; scoring does not look at them.
        public string Label { get; init; } = "";
    }
}
