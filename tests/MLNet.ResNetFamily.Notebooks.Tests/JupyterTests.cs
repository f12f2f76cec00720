namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>A notebook runs in Jupyter, with the kernel as users install it.</summary>
[TestClass]
[DoNotParallelize]
public class JupyterTests
{
    private const string Nbconvert = "/usr/bin/jupyter-nbconvert";
    private const string KernelVersion = "1.0.712001";
    private const string Name = "03-features-and-image-search.ipynb";

    [TestMethod]
    public async Task ANotebookIsExecuted()
    {
        if (!File.Exists(Nbconvert))
            Assert.Inconclusive($"needs '{Nbconvert}': apt-get install jupyter-nbconvert python3-ipykernel");
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{folder.File("tools")}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}",
            ["JUPYTER_PATH"] = folder.File("jupyter"),
            ["JUPYTER_DATA_DIR"] = folder.File("data"),
            ["JUPYTER_CONFIG_DIR"] = folder.File("config"),
            ["TMPDIR"] = folder.Path,
            ["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE"] = "1",
        };
        await Program.RunAsync(
            "dotnet", ["tool", "install", "Microsoft.dotnet-interactive", "--version", KernelVersion, "--tool-path", folder.File("tools")]);
        var kernels = Directory.CreateDirectory(folder.File("jupyter/kernels")).FullName;
        await Program.RunAsync("dotnet", ["interactive", "jupyter", "install", "--path", kernels], environment: environment);
        NotebookRun.Prepared(Name).Save(folder.File(Name));
        File.Copy(RepositoryFolder.File("notebooks", "Shared.cs"), folder.File("Shared.cs"));

        await Program.RunAsync(
            Nbconvert,
            [
                "--to", "notebook", "--execute", "--output", "executed.ipynb",
                "--ExecutePreprocessor.timeout=300", "--ExecutePreprocessor.startup_timeout=120", Name,
            ],
            folder.Path, environment);

        var printed = Notebook.Open(folder.File("executed.ipynb")).Printed;
        StringAssert.Contains(printed, " of 20 are of the query's shape.");
    }
}
