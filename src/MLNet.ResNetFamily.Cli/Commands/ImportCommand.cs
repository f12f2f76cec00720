using System.CommandLine;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// <c>resnetfamily import --model NAME --weights FILE --labels a,b,c --out FILE</c>: a model file from weights of elsewhere.
/// </summary>
internal static class ImportCommand
{
    private static readonly Option<string> Model =
        new("--model") { Description = "Backbone that the weights belong to, as 'resnetfamily list' names it.", Required = true };
    private static readonly Option<string> Weights = new("--weights")
    {
        Description = "A .safetensors file, a PyTorch checkpoint, a Hugging Face folder, or a name from 'resnetfamily weights list'.",
        Required = true,
    };
    private static readonly Option<string?> Labels =
        new("--labels") { Description = "Names of the classes in the order of the network's outputs, separated by commas." };
    private static readonly Option<string?> LabelsFile = new("--labels-file") { Description = "Text file with one class name a line." };
    private static readonly Option<string> Out = new("--out") { Description = "Where the model file is written.", Required = true };
    private static readonly Option<bool> Exif =
        new("--exif") { Description = "The model sets photographs upright as their EXIF orientation says." };
    private static readonly Option<bool> Gray =
        new("--gray") { Description = "The model has one channel and makes images gray; weights of colors are adapted to it." };
    private static readonly Option<string?> StateKey = StateKeyOption.Create();
    private static readonly Option<string[]> Skip =
        new("--skip") { Description = "A tensor to leave out; one that ends in * stands for all that begin so. May be repeated." };
    private static readonly Option<string?> Prefix = new("--prefix")
    {
        Description = "How the names of the network begin in a checkpoint that holds more, for example encoder_q (default: found).",
    };

    public static Command Create() =>
        new Command("import", "Makes a model file from published weights or a PyTorch checkpoint.")
        {
            Model, Weights, Labels, LabelsFile, Out, Exif, Gray, StateKey, Prefix, Skip,
        }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var spec = BackboneArgument.Named(commandLine.GetRequiredValue(Model));
        if (commandLine.GetValue(Gray))
            spec = spec with { InputChannels = 1 };
        var labels = ClassNames(commandLine);
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        OutputPlace.CheckFile(outPath, Out.Name);
        var source = WeightSource.Find(commandLine.GetRequiredValue(Weights), spec);
        var (file, preprocessing) = DownloadBar.Watch(
            results, progress => source.Open(progress, cancellation, commandLine.GetValue(StateKey)));
        using var opened = file;

        var network = new ImageClassifierNetwork(spec, labels.Count);
        WeightReport report;
        try
        {
            report = WeightImport.Load(
                network, file, commandLine.GetValue(Skip), adaptInputChannels: commandLine.GetValue(Gray),
                prefix: commandLine.GetValue(Prefix));
        }
        catch
        {
            network.Dispose();
            throw;
        }
        preprocessing ??= spec.Preprocessing;
        var isUpright = commandLine.GetValue(Exif) || preprocessing.AppliesExifOrientation;
        Save(network, labels, preprocessing with { AppliesExifOrientation = isUpright }, outPath);

        results.Json(new { Loaded = report.Loaded.Count, report.Missing, report.Unused, report.Skipped, Model = outPath });
        if (!report.IsHeadLoaded)
        {
            Results.Note($"The classifier of '{outPath}' is random: '--skip' left it out of the file. " +
                "Train the model before it predicts ('resnetfamily train --weights').");
        }
        results.Text($"{report}, written to {outPath}");
        return ExitCode.Done;
    }

    // The same chain as 'train' writes, so that both are scored in the same way.
    private static void Save(ImageClassifierNetwork network, IReadOnlyList<string> labels, Preprocessing preprocessing, string outPath)
    {
        var mlContext = new MLContext();
        var images = mlContext.Data.LoadFromEnumerable(Array.Empty<LabeledImage>());
        var classifier = ImageClassifierTransformer.FromNetwork(mlContext, network, labels, preprocessing, nameof(LabeledImage.ImagePath));
        using var model = classifier.Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")
            .Fit(classifier.Transform(images)));
        ModelFile.Save(mlContext, model, images.Schema, outPath);
    }

    private static IReadOnlyList<string> ClassNames(ParseResult commandLine)
    {
        string[] names = (commandLine.GetValue(Labels), commandLine.GetValue(LabelsFile)) switch
        {
            ({ } list, null) => list.Split(',', StringSplitOptions.TrimEntries),
            (null, { } path) when !File.Exists(path) => throw new CommandLineException(
                $"Option '--labels-file': there is no file '{Path.GetFullPath(path)}'. Name a text file with one class name a line."),
            (null, { } path) => [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)],
            _ => throw new CommandLineException("Give the class names by either '--labels' or '--labels-file'."),
        };
        if (names.Length < 2 || names.Any(name => name.Length == 0) || names.Distinct().Count() < names.Length)
            throw new CommandLineException($"The {names.Length} class names must be two or more, none empty and none given twice.");
        return names;
    }

    private sealed class LabeledImage
    {
        public string ImagePath { get; init; } = "";

        public string Label { get; init; } = "";
    }
}
