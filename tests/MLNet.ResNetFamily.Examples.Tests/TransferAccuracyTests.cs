namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What <c>./build.sh transfer</c> prints about a folder.</summary>
[TestClass]
public class TransferAccuracyTests
{
    private const string Tool = "MLNet.ResNetFamily.TransferAccuracy";

    [TestMethod]
    public async Task EveryWayToLearnGetsItsRow()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("train"), 6);
        TestImages.Files(folder.File("test"), 3);

        var output = await ExampleProgram.OutputAsync(Tool, folder.Path, "--epochs", "2", "--image-size", "32", "--seeds", "2");

        var rows = output.Split('\n').Where(line => line.StartsWith('|')).Skip(2).Select(row => row.Split(" | ")).ToList();
        CollectionAssert.AreEqual(
            new[]
            {
                "`mlnet`: head", "`mlnet`: gradual", "`mlnet`: all", "none: head", "none: gradual", "none: all",
                "`ImageFeaturizer`, `mlnet`: `LbfgsMaximumEntropy` on features", "`DnnFeaturizeImage`: `LbfgsMaximumEntropy` on features",
            }, rows.Select(cells => $"{cells[1]}: {cells[2]}").ToList(), output);
        StringAssert.Matches(rows[0][3], new(@"^\d+\.\d % \(\d+\.\d, \d+\.\d\)$"), "The median of the seeds, and each.");
        // The test images are among those that were learned from, which ML.NET's trainer then knows.
        CollectionAssert.AreEqual(new[] { "100.0 %", "100.0 %" }, rows.TakeLast(2).Select(cells => cells[3]).ToList(), output);
    }

    [TestMethod]
    [DataRow("No folder is named.")]
    [DataRow("There is no option '--epoch'.", "FOLDER", "--epoch", "3")]
    [DataRow("Option '--epochs' is '1', but a whole number of at least 2 is needed.", "FOLDER", "--epochs", "1")]
    [DataRow("Option '--seeds' is '', but a whole number of at least 1 is needed.", "FOLDER", "--seeds")]
    [DataRow("does not exist, but a folder with one sub-folder of images per class was expected.", "no such folder")]
    public async Task WhatCannotWorkIsRefusedBeforeAnyTraining(string reason, params string[] arguments)
    {
        var (exitCode, output, errors) = await ExampleProgram.RunAsync(Tool, arguments);

        Assert.AreEqual(2, exitCode, output + errors);
        StringAssert.Contains(errors, reason);
    }

    [TestMethod]
    public async Task AClassThatIsOnlyTestedIsNamed()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.File("train"), 2);
        TestImages.Files(folder.File("test"), 3);

        var (exitCode, _, errors) = await ExampleProgram.RunAsync(Tool, folder.Path);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, "where they would be learned: 'crimson' (1 in all).");
    }
}
