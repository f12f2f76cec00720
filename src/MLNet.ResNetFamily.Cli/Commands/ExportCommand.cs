using System.CommandLine;
using Microsoft.ML;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily export MODEL --out FILE.onnx</c>: a model for runtimes that know nothing of this library.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' or 'import' wrote." };
    private static readonly Option<string> Out = new("--out") { Description = "Where the ONNX file goes: a path.onnx.", Required = true };
    private static readonly Option<string?> FloatType = FloatTypeOption();
    private static readonly Option<int?> Opset = new("--opset") { Description = "Version of ONNX's operators, 13 to 26 (default: 17)." };
    private static readonly Option<bool> Preprocessing = new("--preprocessing")
    {
        Description = "Take pixels, uint8 [N, S, S, 3], and normalize them in the graph.",
    };

    private static readonly Option<bool> Logits = new("--logits") { Description = "Give logits instead of probabilities." };

    public static Command Create() =>
        new Command("export", "Writes a model as an ONNX file.") { Model, Out, FloatType, Opset, Preprocessing, Logits }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        OutputPlace.CheckFile(outPath, Out.Name);
        var options = new OnnxExportOptions();
        options = options with
        {
            FloatType = commandLine.GetValue(FloatType) is { } type ? Enum.Parse<ScalarType>(type, ignoreCase: true) : options.FloatType,
            Opset = commandLine.GetValue(Opset) ?? options.Opset,
            IncludesPreprocessing = commandLine.GetValue(Preprocessing),
            GivesProbabilities = !commandLine.GetValue(Logits),
        };
        options.Validate();
        OnnxExport.CheckPath(outPath);

        var model = new MLContext().Model.Load(commandLine.GetRequiredValue(Model), out _);
        using var disposable = (IDisposable)model;
        var classifier = model.SingleClassifier();
        classifier.SaveAsOnnx(outPath, options);
        var byteCount = new FileInfo(outPath).Length;
        results.Json(new { Backbone = classifier.Backbone.Name, Classes = classifier.ClassNames.Count, Path = outPath, Bytes = byteCount });
        results.Text($"{classifier.Backbone.Name} with {classifier.ClassNames.Count} classes, {byteCount:N0} bytes, written to {outPath}");
        return ExitCode.Done;
    }

    private static Option<string?> FloatTypeOption()
    {
        var option = new Option<string?>("--float-type") { Description = "Numbers of the network (default: float32); or float16." };
        option.AcceptOnlyFromAmong("float32", "float16");
        return option;
    }
}
