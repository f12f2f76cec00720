using System.Globalization;
using System.Text.Json;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The tables of backbones say what the library says.</summary>
[TestClass]
public class BackboneTableTests
{
    private static readonly List<string[]> Rows = [.. Document.Open("docs/backbones.md").TableRows.Skip(1)];

    [TestMethod]
    public void TheyAreThoseOfTheLibraryInItsOrder() =>
        CollectionAssert.AreEqual(Backbones.All.Select(spec => $"`{spec.Name}`").ToList(), Rows.Select(cells => cells[0]).ToList());

    [TestMethod]
    public async Task FamilyCostAndInputAreWhatTheCommandLists()
    {
        var listed = (await ExampleProgram.OutputAsync("MLNet.ResNetFamily.Cli", "list", "--json"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $"`{row.GetProperty("name")}` | {row.GetProperty("family")} | {row.GetProperty("parameters").GetInt64() / 1e6:F2} M | " +
                $"{row.GetProperty("macs").GetInt64() / 1e9:F2} G | {row.GetProperty("inputSize")}"));

        CollectionAssert.AreEqual(listed.ToList(), Rows.Select(cells => string.Join(" | ", cells[..5])).ToList());
    }

    [TestMethod]
    public void AccuracyAndSourceAreThoseOfTheBestWeights()
    {
        var wrong = Backbones.All.Where(spec => PretrainedWeights.All.Any(row => row.Backbone == spec.Name && !row.IsNonCommercial))
            .Select(spec =>
        {
            var best = PretrainedWeights.Best(spec.Name);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"`{spec.Name}` | {best.Top1} % | {(best.Address.Host == "download.pytorch.org" ? "torchvision" : "timm")}");
        }).Except(Rows.Select(cells => $"{cells[0]} | {cells[5]} | {cells[6]}"));

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void TheReadmesSixRowsAreAmongThem()
    {
        var all = Rows.Select(cells => string.Join(" | ", [.. cells[..3], .. cells[4..6]])).ToHashSet();

        var six = Document.Open("README.md").TableRows.Where(cells => cells is [['`', ..], _, _, _, _])
            .Select(cells => string.Join(" | ", cells)).ToList();

        Assert.HasCount(6, six);
        Assert.IsEmpty(six.Where(row => !all.Contains(row)));
    }
}
