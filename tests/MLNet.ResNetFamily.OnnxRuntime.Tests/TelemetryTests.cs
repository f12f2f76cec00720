using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests;

/// <summary>ONNX Runtime, which the library starts, reports nothing unless it is asked to.</summary>
[TestClass]
public sealed class TelemetryTests
{
    // Where one of these is set ONNX Runtime keeps quiet by itself.
    private static readonly string[] BuildServers =
    [
        "CI", "APPVEYOR", "BITBUCKET_BUILD_NUMBER", "BUILDKITE", "CIRCLECI", "CODEBUILD_BUILD_ID", "GITHUB_ACTIONS", "GITLAB_CI",
        "JENKINS_URL", "ORT_RUNNING_UNIT_TESTS", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "TEAMCITY_VERSION", "TF_BUILD", "TRAVIS",
    ];

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow(null, false)]
    [DataRow("1", false)]
    [DataRow("0", true)]
    public void NoDeviceIdentifierIsWrittenUnlessTheEnvironmentAsksForIt(string? disables, bool isWritten)
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        var images = TestImages.Files(folder.File("images"), 2).Select(file => file.Image).ToArray();
        using var model = TinyClassifier.Trained(mlContext);
        var rows = mlContext.Data.LoadFromEnumerable(images.Select(file => new { Image = file, Label = "blue" }));
        mlContext.Model.Save(model, rows.Schema, folder.File("model.zip"));
        var environment = BuildServers.ToDictionary(name => name, _ => (string?)null);
        environment["HOME"] = environment["XDG_CACHE_HOME"] = folder.File("home");
        environment["ORT_DISABLE_TELEMETRY"] = disables;

        BuiltProgram.Lines(
            "WithoutLibtorchProbe",
            [folder.File("model.zip"), Path.Combine(AppContext.BaseDirectory, "format2.zip"), folder.File("copy.zip"), .. images],
            environment);

        Assert.AreEqual(
            isWritten,
            Directory.Exists(folder.File("home"))
                && Directory.EnumerateFiles(folder.File("home"), "deviceid", SearchOption.AllDirectories).Any());
    }
}
