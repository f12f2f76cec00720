using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily quantize MODEL --calibrate FOLDER --out FILE</c>: a model that computes in 8 bits.</summary>
internal static class QuantizeCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' or 'import' wrote." };
    private static readonly Option<string> Calibrate = new("--calibrate")
    {
        Description = "Images like those that will be scored, in one sub-folder a class: the training images, for instance. " +
            "A manifest for a model that may give an image several labels.",
        Required = true,
    };

    private static readonly Option<string?> Test = new("--test")
    {
        Description = "Images to measure both models with, in one sub-folder a class (default: those of '--calibrate').",
    };

    private static readonly Option<string> Out =
        new("--out") { Description = "Where the quantized model goes: a path.zip.", Required = true };

    private static readonly Option<int> Images = new("--images")
    {
        Description = "How many images to calibrate with (default: 512).", DefaultValueFactory = _ => new QuantizationOptions().ImageCount,
    };

    private static readonly Option<string?> LabelSeparator = LabelSeparatorOption.Create();
    private static readonly Option<bool> AllLayers = new("--all-layers") { Description = "Quantize the first and the last layer too." };

    public static Command Create() => new Command("quantize", "Makes a model that computes in 8 bits, and measures what that costs.")
    {
        Model, Calibrate, Test, LabelSeparator, Out, Images, AllLayers,
    }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var (modelPath, outPath) = (commandLine.GetRequiredValue(Model), Path.GetFullPath(commandLine.GetRequiredValue(Out)));
        OutputPlace.CheckFile(outPath, Out.Name);
        var options = new QuantizationOptions
        {
            ImageCount = commandLine.GetValue(Images), KeepsFirstAndLastLayer = !commandLine.GetValue(AllLayers),
        };
        options.Validate();
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(modelPath, out var schema);
        using var disposable = (IDisposable)model;
        var classifier = model.SingleClassifier();
        var calibrateFolder = commandLine.GetRequiredValue(Calibrate);
        var testFolder = commandLine.GetValue(Test) ?? calibrateFolder;
        var separator = commandLine.SeparatorOf(LabelSeparator);
        var calibration = Open(calibrateFolder);
        Open(testFolder);

        using var quantized = classifier.Quantize(calibration, options);
        var newModel = model is IEnumerable<ITransformer> steps
            ? new TransformerChain<ITransformer>([.. steps.Select(step => step == classifier ? quantized : step)])
            : (ITransformer)quantized;
        ModelFile.Save(mlContext, newModel, schema, outPath);

        if (classifier.IsMultiLabel)
        {
            ShowLabels(MeasureLabels(model), MeasureLabels(newModel), modelPath, outPath, results);
            return ExitCode.Done;
        }
        var (before, after) = (Measure(model), Measure(newModel));
        var same = before.Scores.Rows.Zip(after.Scores.Rows, (one, other) => one.Predicted == other.Predicted).Count(equal => equal);
        var (bytesBefore, bytesAfter) = (new FileInfo(modelPath).Length, new FileInfo(outPath).Length);
        results.Json(new
        {
            Path = outPath, Bytes = bytesAfter, BytesBefore = bytesBefore, Images = after.Images, after.Accuracy,
            AccuracyBefore = before.Accuracy, SameLabels = same, after.Seconds, SecondsBefore = before.Seconds,
        });
        results.Text(Line("float32:", before, bytesBefore));
        results.Text(Line("int8:   ", after, bytesAfter));
        results.Text($"{same} of {after.Images} labels are the same; measured on {testFolder}, written to {outPath}");
        return ExitCode.Done;

        IDataView Open(string path) => classifier.IsMultiLabel
            ? ManifestEvaluation.Open(mlContext, path, separator, classifier.ClassNames)
            : FolderEvaluation.Open(mlContext, path, classifier.ClassNames);

        ManifestEvaluation MeasureLabels(ITransformer measured)
        {
            using var bar = new ScoringBar(results, cancellation);
            return ManifestEvaluation.Of(mlContext, measured, testFolder, separator, bar.Show);
        }

        FolderEvaluation Measure(ITransformer measured)
        {
            using var bar = new ScoringBar(results, cancellation);
            return FolderEvaluation.Of(mlContext, measured, testFolder, bar.Show);
        }
    }

    private static void ShowLabels(
        ManifestEvaluation before, ManifestEvaluation after, string modelPath, string outPath, Results results)
    {
        var (bytesBefore, bytesAfter) = (new FileInfo(modelPath).Length, new FileInfo(outPath).Length);
        results.Json(new
        {
            Path = outPath, Bytes = bytesAfter, BytesBefore = bytesBefore, Images = after.Metrics.ImageCount, after.Metrics.MicroF1,
            MicroF1Before = before.Metrics.MicroF1, MeanAveragePrecision = after.Metrics.MacroAveragePrecision,
            MeanAveragePrecisionBefore = before.Metrics.MacroAveragePrecision, after.Seconds, SecondsBefore = before.Seconds,
        });
        results.Text(FormattableString.Invariant($"float32: {before.Summary}, {bytesBefore:N0} bytes, {before.Seconds:F1} s"));
        results.Text(FormattableString.Invariant($"int8:    {after.Summary}, {bytesAfter:N0} bytes, {after.Seconds:F1} s"));
        results.Text($"measured on {after.Manifest}, written to {outPath}");
    }

    private static string Line(string name, FolderEvaluation of, long bytes) => FormattableString.Invariant(
        $"{name} {of.Correct} of {of.Images} images right ({of.Accuracy:P2}), {bytes:N0} bytes, {of.Seconds:F1} s");
}
