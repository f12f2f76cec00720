using System.CommandLine;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily study NAME --out DIR</c>: the experiments of the papers, on data of one's own.</summary>
internal static class StudyCommand
{
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for results.csv, the plots and index.html; a run that was ended early goes on in it.",
        Required = true,
    };
    private static readonly Option<bool> Full =
        new("--full") { Description = "Spend the paper's effort, for a GPU, instead of about 10 minutes on two cores." };
    private static readonly Option<int?> Images =
        new("--images") { Description = "Images to train or measure with, the same number of each class; 0 for all." };
    private static readonly Option<int?> Draws = new("--draws") { Description = "Repetitions with other random choices." };
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "Epochs of each training." };
    private static readonly Option<int?> Seed =
        new("--seed") { Description = "Random seed; the same seed gives the same measurements (default: 1)." };
    private static readonly Option<int?> Threads = new("--threads") { Description = "Processor threads (default: one per core)." };
    private static readonly Option<string?> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N (default: auto)." };
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' or 'import' wrote." };
    private static readonly Argument<string> Data = new("FOLDER") { Description = "Images in one sub-folder a class." };
    private static readonly Option<string> Test = new("--test") { Description = "Test images in one sub-folder a class.", Required = true };
    private static readonly Option<string[]> Networks =
        new("--networks") { Description = "Backbones (default: all with published weights).", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string[]> Measured =
        new("--measured") { Description = "Accuracy of a run of one's own, for example resnet50=0.81. May be repeated." };

    public static Command Create() =>
        new("study", "Runs an experiment of the papers on residual networks: measures, plots, and sets the paper's figure beside it.")
    {
        OnModel("lesion", "Takes blocks out of a trained network and reorders them (Veit et al. 2016).", (model, line) =>
            new LesionStudy(model, line.GetRequiredValue(Data)) { ImageCount = line.GetValue(Images), DrawCount = line.GetValue(Draws) }),
        OnModel(
            "paths", "Lengths of the paths through a trained network and the gradient that each carries (Veit et al. 2016).",
            (model, line) =>
            new PathStudy(model, line.GetRequiredValue(Data)) { ImageCount = line.GetValue(Images), DrawCount = line.GetValue(Draws) }),
        Training(
            "shortcuts", "Trains networks with other shortcuts than the identity (He et al. 2016, table 1).",
            (data, test) => new ShortcutStudy(data, test)),
        Training(
            "activations", "Trains networks with batch norm and ReLU in other orders (He et al. 2016, table 2).",
            (data, test) => new ActivationStudy(data, test)),
        Training(
            "cardinality", "Trains networks of equal cost with more and more groups (Xie et al. 2016, tables 3 and 4).",
            (data, test) => new CardinalityStudy(data, test)),
        Training(
            "depth", "Trains with constant and with stochastic depth (Huang et al. 2016).", (data, test) => new DepthStudy(data, test)),
        Training(
            "degradation", "Trains plain and residual networks of growing depth (He et al. 2015, figures 1 and 6).",
            (data, test) => new DegradationStudy(data, test)),
        new Command("efficiency", "Accuracy against parameters and multiply-adds of any networks (Huang et al. 2016, figure 3).")
        {
            Networks, Measured, Out, Seed,
        }.Runs(RunEfficiency),
    };

    private static Command OnModel(string name, string description, Func<ImageClassifierTransformer, ParseResult, Study> create) =>
        new Command(name, description) { Model, Data, Out, Full, Images, Draws, Seed, Threads }.Runs((line, results, cancellation) =>
        {
            using var model = (IDisposable)new MLContext().Model.Load(line.GetRequiredValue(Model), out _);
            return Run(create(((ITransformer)model).SingleClassifier(), line), line, results, cancellation);
        });

    private static Command Training(string name, string description, Func<string, string, TrainedStudy> create) =>
        new Command(name, description) { Data, Test, Out, Full, Images, Epochs, Draws, Seed, Threads, Device }.Runs(
            (line, results, cancellation) => Run(
            create(line.GetRequiredValue(Data), line.GetRequiredValue(Test)) with
            {
                ImageCount = line.GetValue(Images),
                Epochs = line.GetValue(Epochs),
                DrawCount = line.GetValue(Draws),
                Device = DeviceArgument.Parse(line.GetValue(Device)),
            },
            line, results, cancellation));

    private static int RunEfficiency(ParseResult line, Results results, CancellationToken cancellation)
    {
        var study = new EfficiencyStudy { Runs = line.GetValue(Measured)!.Select(ParseMeasured).ToDictionary() };
        if (line.GetValue(Networks) is { Length: > 0 } names)
            study = study with { Networks = [.. names.Select(BackboneArgument.Named)] };
        return Run(study, line, results, cancellation);
    }

    private static (string Name, double Accuracy) ParseMeasured(string text) =>
        text.Split('=') is [var name, var value] && double.TryParse(value, out var accuracy) && accuracy is >= 0 and <= 1
            ? (BackboneArgument.Named(name).Name, accuracy)
            : throw new CommandLineException(
                $"Option '--measured' is '{text}', but it must be a backbone and its accuracy from 0 to 1, for example resnet50=0.81.");

    private static int Run(Study study, ParseResult line, Results results, CancellationToken cancellation)
    {
        var folder = Path.GetFullPath(line.GetRequiredValue(Out));
        OutputPlace.CheckFolder(folder, Out.Name);
        study = study with
        {
            IsFull = line.GetValue(Full),
            Seed = line.GetValue(Seed) ?? study.Seed,
            Threads = line.GetValue(Threads),
            Progress = new Notes(),
            CancellationToken = cancellation,
        };
        Results.Note($"{study.Question} Budget: {study.Budget}.");
        var report = study.Run(folder);
        foreach (var row in report.Rows)
            results.Json(new { row.Series, row.Name, row.X, row.Draw, row.Value });
        results.Text(report.Summary);
        results.Text($"Plots and table: {Path.Combine(folder, "index.html")}");
        return ExitCode.Done;
    }

    // Progress<T> reports later, on another thread.
    private sealed class Notes : IProgress<string>
    {
        public void Report(string value) => Results.Note(value);
    }
}
