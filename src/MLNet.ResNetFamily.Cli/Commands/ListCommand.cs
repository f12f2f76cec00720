using System.CommandLine;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily list</c>: the named backbones and what they cost.</summary>
internal static class ListCommand
{
    public static Command Create() => new Command("list", "Lists the named backbones: family, parameters, multiply-adds, input size, paper.").Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("name", "family", "parameters", "multiply-adds", "input", "paper");
        foreach (var column in new[] { 2, 3, 4 })
            table.Columns[column].RightAligned();
        foreach (var spec in Backbones.All)
        {
            cancellation.ThrowIfCancellationRequested();
            var cost = NetworkSummary.CostOf(spec);
            var size = spec.Preprocessing.ImageSize;
            results.Json(new { spec.Name, spec.Family, cost.Parameters, Macs = cost.MultiplyAdds, InputSize = size, spec.Paper, Weights = PretrainedWeights.All.Where(row => row.Backbone == spec.Name).Select(row => row.Name) });
            table.AddRow(new[] { spec.Name, spec.Family, $"{cost.Parameters:N0}", $"{cost.MultiplyAdds:N0}", $"{size}", spec.Paper }.Select(Markup.Escape).ToArray());
        }
        results.Show(table);
        return ExitCode.Done;
    }
}
