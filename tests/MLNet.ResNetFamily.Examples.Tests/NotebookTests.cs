using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>
/// The notebooks run from top to bottom. With the environment variable <c>SAVE_NOTEBOOKS=1</c> the output of the run is saved in them.
/// </summary>
[TestClass]
public class NotebookTests
{
    private static readonly JsonSerializerOptions AsJupyterWritesIt =
        new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<object[]> Notebooks =>
        Directory.GetFiles(RepositoryFolder.File("notebooks"), "*.ipynb").Order().Select(path => new object[] { Path.GetFileName(path) });

    [TestMethod]
    [DataRow("01-transfer-learning.ipynb")]
    [DataRow("02-what-residual-networks-differ-in.ipynb")]
    [DataRow("03-features-and-image-search.ipynb")]
    public Task EveryCellRuns(string name) => RunAsync(name);

    // Its five studies train two dozen networks.
    [TestMethod]
    [TestCategory("Long")]
    public Task EveryCellOfTheStudiesRuns() => RunAsync("04-why-residual-networks-work.ipynb");

    [TestMethod]
    [DynamicData(nameof(Notebooks))]
    public void ItNamesThePackagesThatAUserNeeds(string name)
    {
        var text = File.ReadAllText(RepositoryFolder.File("notebooks", name));

        StringAssert.Contains(text, "nuget: MLNet.ResNetFamily, ");
        StringAssert.Contains(text, "nuget: TorchSharp-cpu, ");
    }

    [TestMethod]
    [DynamicData(nameof(Notebooks))]
    public void ItIsSmallerThanAMegabyte(string name) =>
        Assert.IsLessThan(1_000_000, new FileInfo(RepositoryFolder.File("notebooks", name)).Length);

    private static async Task RunAsync(string name)
    {
        var path = RepositoryFolder.File("notebooks", name);
        var saved = Read(path);
        var fresh = Read(path);

        // The notebooks write to the folder for temporary files, where another run may write at the same time.
        using var folder = new TemporaryFolder();
        var place = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", folder.Path);
        try
        {
            await NotebookRun.RunAsync(fresh);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", place);
        }

        if (Environment.GetEnvironmentVariable("SAVE_NOTEBOOKS") == "1")
            File.WriteAllText(path, fresh.ToJsonString(AsJupyterWritesIt) + "\n");
        else
        {
            CollectionAssert.AreEqual(
                OutputKinds(fresh), OutputKinds(saved),
                "The saved outputs are not those of this code: run the test with SAVE_NOTEBOOKS=1.");
        }
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;

    private static List<string> OutputKinds(JsonNode notebook) =>
    [
        .. notebook["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell =>
            $"{(string?)cell!["id"]}: {string.Join(' ', cell["outputs"]!.AsArray().Select(output => (string?)output!["output_type"]))}"),
    ];
}
