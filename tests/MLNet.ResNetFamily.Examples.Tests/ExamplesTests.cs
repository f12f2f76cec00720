using System.Diagnostics;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>Each example does what its first lines say, on a handful of small images.</summary>
[TestClass]
public class ExamplesTests
{
    public static IEnumerable<object[]> Programs =>
        Directory.GetDirectories(RepositoryFolder.File("examples"), "0*")
            .SelectMany(folder => Directory.GetFiles(folder, "Program.cs").Concat(Directory.GetFiles(folder, "classify.cs")))
            .Select(path => new object[] { Path.GetRelativePath(RepositoryFolder.Path, path) });

    [TestMethod]
    public async Task AClassifiedImageGetsItsLabelAndTheProbabilitiesOfTheOthers()
    {
        var image = SmallModel.NewImage("blue");

        var output = await ExampleProgram.OutputAsync("ClassifyOneImage", SmallModel.Model, image);

        StringAssert.Contains(output, $"{image}: blue (");
        foreach (var name in TestImages.ClassNames)
            StringAssert.Contains(output, name);
    }

    [TestMethod]
    public async Task AModelFineTunedFromImageNetWeightsClassifies()
    {
        var answer = await ExampleProgram.OutputAsync("ClassifyOneImage", await FineTunedModel.PathAsync, SmallModel.NewImage("blue"));

        StringAssert.Contains(answer, ": blue (");
    }

    [TestMethod]
    public async Task WithoutLibtorchAProgramIsSmallAndAnswersTheSame()
    {
        using var folder = new TemporaryFolder();
        var image = SmallModel.NewImage("blue");
        await PublishAsync("examples/07-WithoutLibtorch/WithoutLibtorch.csproj", folder.Path);

        var files = new DirectoryInfo(folder.Path).GetFiles("*", SearchOption.AllDirectories);
        Assert.IsEmpty(files.Where(file => file.Name.StartsWith("libtorch", StringComparison.Ordinal)).Select(file => file.Name));
        Assert.IsLessThan(60_000_000, files.Sum(file => file.Length));
        var answer = await ExampleProgram.OutputOfAsync(folder.File("WithoutLibtorch.dll"), SmallModel.Model, image);
        Assert.AreEqual(await ExampleProgram.OutputAsync("ClassifyOneImage", SmallModel.Model, image), answer);
    }

    [TestMethod]
    public async Task AFineTunedModelClassifies()
    {
        var model = SmallModel.NewPath("model.zip");

        var training = await ExampleProgram.OutputAsync(
            "FineTuneOnAFolder", SmallModel.Images, SmallModel.Backbone, SmallModel.Checkpoint, model);
        var answer = await ExampleProgram.OutputAsync("ClassifyOneImage", model, SmallModel.NewImage("amber"));

        StringAssert.Contains(training, "Accuracy on held-out images: ");
        StringAssert.Contains(answer, ": amber (");
    }

    [TestMethod]
    public async Task FeaturesServeATrainerAndFindLikeImages()
    {
        var output = await ExampleProgram.OutputAsync(
            "FeaturesAndSearch", SmallModel.Images, SmallModel.Backbone, SmallModel.Checkpoint, SmallModel.NewImage("crimson"));

        StringAssert.Contains(output, "LbfgsMaximumEntropy on resnet20_cifar features: 100.0 %");
        Assert.AreEqual(5, output.Split('\n').Count(line => line.StartsWith("  ") && line.Contains(" crimson ")), output);
    }

    [TestMethod]
    public async Task ImportedWeightsBecomeAModelThatClassifies()
    {
        var (labels, model) = (SmallModel.NewPath("labels.txt"), SmallModel.NewPath("model.zip"));
        File.WriteAllLines(labels, TestImages.ClassNames);

        await ExampleProgram.OutputAsync("ImportWeights", SmallModel.Backbone, SmallModel.Checkpoint, labels, model);
        var answer = await ExampleProgram.OutputAsync("ClassifyOneImage", model, SmallModel.NewImage("blue"));

        StringAssert.Contains(answer, ": blue (");
    }

    [TestMethod]
    public async Task TheFileBasedAppTrainsOnceAndClassifies()
    {
        var folder = SmallModel.NewPath("few");
        TestImages.Files(folder, 12, ".jpg", size: 48);

        var first = await ExampleProgram.OutputAsync("FileBasedApp", folder, SmallModel.NewImage("blue"));
        var second = await ExampleProgram.OutputAsync("FileBasedApp", folder, SmallModel.NewImage("blue"));

        StringAssert.StartsWith(first, "Training on ");
        Assert.AreEqual(first.Split('\n')[1], second.Split('\n')[0]);
    }

    [TestMethod]
    [DataRow("ClassifyOneImage")]
    [DataRow("FineTuneOnAFolder")]
    [DataRow("FeaturesAndSearch")]
    [DataRow("ImportWeights")]
    [DataRow("WebService")]
    [DataRow("FileBasedApp")]
    public async Task WithoutArgumentsItSaysHowItIsUsed(string project)
    {
        var (exitCode, _, errors) = await ExampleProgram.RunAsync(project);

        Assert.AreEqual(2, exitCode);
        StringAssert.StartsWith(errors, "Usage: ");
    }

    [TestMethod]
    [DynamicData(nameof(Programs))]
    public void AnExampleIsAtMost60LinesLong(string path) =>
        Assert.IsLessThanOrEqualTo(60, File.ReadLines(RepositoryFolder.File(path)).Count());

    private static async Task PublishAsync(string project, string folder)
    {
        string[] arguments = ["-c", "Release", "-r", "linux-x64", "--self-contained", "false", "-o", folder, "-nologo"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["publish", RepositoryFolder.File(project), .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, output);
    }
}
