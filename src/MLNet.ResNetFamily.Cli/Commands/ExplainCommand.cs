using System.CommandLine;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily explain MODEL IMAGE --out PNG</c>: what speaks for a label in an image.</summary>
internal static class ExplainCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model file that 'train' wrote." };
    private static readonly Argument<string> Image = new("IMAGE") { Description = "An image file." };
    private static readonly Option<string> Out =
        new("--out") { Description = "Where the image under its heatmap is written, a PNG file.", Required = true };
    private static readonly Option<string?> Label =
        new("--label") { Description = "The label to explain (default: the most probable one)." };

    public static Command Create() =>
        new Command("explain", "Shows where a model looks in an image (Grad-CAM).") { Model, Image, Out, Label }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        OutputPlace.CheckFile(outPath, Out.Name);
        var path = commandLine.GetRequiredValue(Image);
        var model = new MLContext().Model.Load(commandLine.GetRequiredValue(Model), out _);
        using var disposable = (IDisposable)model;
        var explanation = model.SingleClassifier().Explain(path, commandLine.GetValue(Label));
        explanation.SaveOverlay(outPath);
        results.Json(new { Path = path, explanation.Label, explanation.Probability, Out = outPath });
        results.Text($"{explanation.Label} ({explanation.Probability:P1}), written to {outPath}");
        return ExitCode.Done;
    }
}
