using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily tune FOLDER --budget MINUTES --out DIR</c>: searches for a recipe that trains well.</summary>
internal static class TuneCommand
{
    private static readonly RecipeSearch.Options Defaults = new();

    private static readonly Argument<string> Folder = new("FOLDER") { Description = "Training images in one sub-folder a class." };
    private static readonly Option<string> Out =
        new("--out") { Description = "Folder for the best model, the table and what an interrupted search goes on from.", Required = true };
    private static readonly Option<double?> Budget = new("--budget") { Description = "Minutes for all trainings together (default: 10)." };
    private static readonly Option<int?> Epochs =
        new("--epochs") { Description = "Epochs for all trainings together instead of a time: the same seed then gives the same table." };
    private static readonly Option<int> Candidates = new("--candidates")
    {
        Description = "Recipes of the first round; the best third of a round goes on (default: 12).",
        DefaultValueFactory = _ => Defaults.CandidateCount,
    };

    private static readonly Option<int> Ensemble = new("--ensemble")
    {
        Description = "Recipes that the last round trains and the model averages, better and as many times slower (default: 1).",
        DefaultValueFactory = _ => Defaults.EnsembleSize,
    };

    private static readonly Option<string[]> Models = new("--model")
    {
        Description = "Backbones to choose among, NAME or NAME=WEIGHTS (default: resnet18, and resnet20_mlnet=mlnet where it is found).",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Validation = new("--validation")
    {
        Description = "Folder of images that the recipes are compared on (default: a fifth of FOLDER).",
    };

    private static readonly Option<string?> Test = new("--test") { Description = "Folder of images that measure the best model." };
    private static readonly Option<int?> BatchSize = new("--batch-size") { Description = "Images per optimization step." };
    private static readonly Option<int?> ImageSize =
        new("--image-size") { Description = "Side of the network's input in pixels (default: the backbone's own)." };
    private static readonly Option<string?> Precision = PrecisionOption.Create();
    private static readonly Option<string?> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N (default: auto)." };
    private static readonly Option<int?> Threads = new("--threads") { Description = "Processor threads (default: one per core)." };
    private static readonly Option<int> Seed =
        new("--seed") { Description = "Random seed of the choice and of the trainings (default: 1).", DefaultValueFactory = _ => 1 };

    public static Command Create() => new Command("tune", "Searches for the recipe that trains best on a folder of labeled images.")
    {
        Folder, Out, Budget, Epochs, Candidates, Ensemble, Models, Validation, Test, BatchSize, ImageSize, Precision, Device, Threads, Seed,
    }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        if (commandLine.GetValue(Budget) is not null && commandLine.GetValue(Epochs) is not null)
            throw new CommandLineException("Options '--budget' and '--epochs' exclude each other. Give one of them.");
        if (commandLine.GetValue(Budget) is { } minutes && minutes is not (> 0 and < 1e6))
            throw new CommandLineException($"Option '--budget' is {minutes}, but it must be minutes above 0.");
        var folder = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        OutputPlace.CheckFolder(folder, Out.Name);
        var mlContext = new MLContext(commandLine.GetValue(Seed));
        var images = mlContext.Data.LoadImageFolder(commandLine.GetRequiredValue(Folder));
        if (commandLine.GetValue(Test) is { } testFolder)
            FolderEvaluation.Open(mlContext, testFolder, images.GetColumn<string>("Label"));
        var search = new RecipeSearch(mlContext, Options(commandLine, mlContext, new TrialLog(results), cancellation));

        var found = search.Run(images, folder);

        results.Show(Table(found));
        foreach (var trial in found.Trials.Where(trial => trial.OnAllImages && !found.Members.Contains(trial)))
            Results.Note($"The model is without the last training of recipe {trial.Candidate}: it came less far or went wrong.");
        var test = commandLine.GetValue(Test) is { } path ? Measure(mlContext, found, path, results, cancellation) : null;
        var accuracy = test?.Accuracy ?? found.Best.Accuracy;
        results.Json(new
        {
            Event = "done", Accuracy = accuracy, ValidationAccuracy = found.Best.Accuracy, Seconds = watch.Elapsed.TotalSeconds,
            Model = found.ModelPath,
        });
        results.Text(
            $"{(test is null ? "validation accuracy" : "accuracy")} {accuracy:P2} by {found.Best.Recipe}, " +
            $"{Members(found)}{watch.Elapsed.TotalSeconds:F0} s, " +
            $"written to {found.ModelPath}");
        return ExitCode.Done;
    }

    private static RecipeSearch.Options Options(
        ParseResult commandLine, MLContext mlContext, TrialLog log, CancellationToken cancellation)
    {
        var common = Defaults.Common;
        return Defaults with
        {
            Budget = commandLine.GetValue(Budget) is { } minutes ? TimeSpan.FromMinutes(minutes) : Defaults.Budget,
            EpochBudget = commandLine.GetValue(Epochs),
            CandidateCount = commandLine.GetValue(Candidates),
            EnsembleSize = commandLine.GetValue(Ensemble),
            Starts = commandLine.GetValue(Models) is { Length: > 0 } names ? [.. names.Select(Start)] : null,
            Seed = commandLine.GetValue(Seed),
            Common = common with
            {
                ImageColumnName = "ImagePath",
                ValidationSet = commandLine.GetValue(Validation) is { } folder ? mlContext.Data.LoadImageFolder(folder) : null,
                BatchSize = commandLine.GetValue(BatchSize) ?? common.BatchSize,
                ImageSize = commandLine.GetValue(ImageSize),
                Precision = commandLine.PrecisionOf(Precision),
                Device = DeviceArgument.Parse(commandLine.GetValue(Device)),
                Threads = commandLine.GetValue(Threads),
                StepProgress = log,
            },
            Progress = log,
            CancellationToken = cancellation,
        };
    }

    private static RecipeStart Start(string text)
    {
        var parts = text.Split('=', 2);
        return new(BackboneArgument.Named(parts[0]), parts.Length == 2 ? parts[1] : null);
    }

    private static FolderEvaluation Measure(
        MLContext mlContext, RecipeSearchResult found, string folder, Results results, CancellationToken cancellation)
    {
        var model = mlContext.Model.Load(found.ModelPath, out _);
        using var disposable = (IDisposable)model;
        using var bar = new ScoringBar(results, cancellation);
        return FolderEvaluation.Of(mlContext, model, folder, bar.Show);
    }

    private static string Members(RecipeSearchResult found) => found.Members switch
    {
        [{ OnAllImages: true } refit] => $"{refit.Epochs} epochs on all images, ",
        { Count: > 1 } members => $"in an ensemble of {members.Count}, ",
        _ => "",
    };

    private static string Accuracy(RecipeTrial trial) =>
        trial.Accuracy is { } share ? $"{share:P1}" : trial.OnAllImages ? "all images" : "none";

    private static Table Table(RecipeSearchResult found)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("round", "recipe", "backbone", "fine-tuning", "rate", "augmentation", "epochs", "accuracy", "loss", "seconds");
        foreach (var trial in found.Trials)
        {
            var (recipe, style) = (trial.Recipe, trial == found.Best ? new Style(Color.Green, decoration: Decoration.Bold) : Style.Plain);
            table.AddRow(new[]
            {
                $"{trial.Rung}", $"{trial.Candidate}", $"{recipe.Start}", recipe.FineTuneText, $"{recipe.LearningRate:G3}",
                $"{recipe.Augmentation}", $"{trial.Epochs}", Accuracy(trial), $"{trial.Loss:F4}",
                $"{trial.Seconds:F1}",
            }.Select(cell => new Text(cell, style)));
        }
        return table;
    }
}
