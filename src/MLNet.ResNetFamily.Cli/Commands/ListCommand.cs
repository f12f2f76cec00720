using System.CommandLine;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily list</c>: the named backbones and what they cost.</summary>
internal static class ListCommand
{
    public static Command Create() =>
        new Command("list", "Lists the named backbones: family, parameters, multiply-adds, input size, paper.").Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "family", "parameters", "mult-adds", "input");
        foreach (var column in table.Columns.Skip(2))
            column.RightAligned().NoWrap();
        foreach (var spec in Backbones.All)
        {
            cancellation.ThrowIfCancellationRequested();
            var cost = NetworkSummary.CostOf(spec);
            var size = spec.Preprocessing.ImageSize;
            results.Json(new
            {
                spec.Name, spec.Family, cost.Parameters, Macs = cost.MultiplyAdds, InputSize = size, spec.Paper,
                Weights = PretrainedWeights.All.Where(row => row.Backbone == spec.Name).Select(row => row.Name),
            });
            table.AddRow(
                new[] { spec.Name, spec.Family, $"{cost.Parameters / 1e6:F2} M", $"{cost.MultiplyAdds / 1e9:F2} G", $"{size}" }.Select(
                    Markup.Escape).ToArray());
        }
        results.Show(table);
        // In the table they would leave no room for the rest on a terminal.
        foreach (var paper in Backbones.All.Select(spec => spec.Paper).Distinct())
            results.Text(paper);
        return ExitCode.Done;
    }
}
