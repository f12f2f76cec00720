using System.CommandLine;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily summary NAME</c>: a network layer by layer.</summary>
internal static class SummaryCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "A backbone, as 'resnetfamily list' names it." };
    private static readonly Option<int?> ImageSize =
        new("--image-size") { Description = "Side of the input in pixels (default: the backbone's own)." };
    private static readonly Option<int?> Classes =
        new("--classes") { Description = "Number of classes (default: that of the published weights)." };

    public static Command Create() =>
        new Command("summary", "Lists a network's layers with output shape, parameters and multiply-adds, and its stages.")
        {
            Name, ImageSize, Classes,
        }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var spec = BackboneArgument.Named(commandLine.GetRequiredValue(Name));
        var summary = NetworkSummary.Of(spec, commandLine.GetValue(ImageSize), commandLine.GetValue(Classes));
        var table = new Table().Border(TableBorder.Simple).AddColumns("layer", "type", "output", "parameters", "multiply-adds");
        foreach (var column in new[] { 3, 4 })
            table.Columns[column].RightAligned().NoWrap();
        foreach (var layer in summary.Layers)
        {
            results.Json(new { layer.Name, layer.Type, Output = layer.OutputShape, layer.Parameters, Macs = layer.MultiplyAdds });
            table.AddRow(
                new[] { layer.Name, layer.Type, string.Join(
                    "×", layer.OutputShape), $"{layer.Parameters:N0}", $"{layer.MultiplyAdds:N0}" }.Select(Markup.Escape).ToArray());
        }
        results.Json(new { Name = "total", summary.Parameters, Macs = summary.MultiplyAdds });
        table.AddEmptyRow().AddRow("total", "", "", $"{summary.Parameters:N0}", $"{summary.MultiplyAdds:N0}");
        results.Show(table);
        ShowStages(spec, commandLine.GetValue(ImageSize), results);
        return ExitCode.Done;
    }

    // What an ImageFeaturizer can take in place of the features.
    private static void ShowStages(BackboneSpec spec, int? imageSize, Results results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("stage", "channels", "reduction", "maps");
        foreach (var column in new[] { 1, 2 })
            table.Columns[column].RightAligned().NoWrap();
        foreach (var stage in spec.Stages(imageSize))
        {
            results.Json(new { Stage = stage.Name, stage.Channels, stage.Reduction, Output = stage.Shape });
            table.AddRow(Markup.Escape(stage.Name), $"{stage.Channels}", $"{stage.Reduction}", string.Join("×", stage.Shape));
        }
        results.Show(table);
    }
}
