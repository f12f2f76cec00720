using static MLNet.ResNetFamily.Tests.Weights.Onnx.OnnxModels;

namespace MLNet.ResNetFamily.Tests.Weights.Onnx;

/// <summary>The weights of ML.NET's own package: where they are found, and what is loaded of them.</summary>
[TestClass]
public sealed class MLNetWeightsTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void TheWholeBackboneIsLoaded()
    {
        using var backbone = Backbones.ResNet20MLNet.Build();

        var report = WeightImport.Load(backbone, MLNetWeights.Find());

        Assert.IsTrue(
            report.Missing.All(key => key.EndsWith("num_batches_tracked", StringComparison.Ordinal)), string.Join(", ", report.Missing));
        Assert.IsEmpty(report.Unused);
        Assert.HasCount(110, report.Loaded);
    }

    [TestMethod]
    public void ABackboneOfAnotherNameIsRefusedWithTheRightOne()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightSource.Find(PretrainedWeights.MLNet, Backbones.ResNet18));

        StringAssert.Contains(error.Message, "belong to the backbone 'resnet20_mlnet', not to 'resnet18'");
    }

    [TestMethod]
    public void TheFilesPathStandsForTheSameWeights()
    {
        var path = MLNetWeights.Find();

        var (file, preprocessing) = WeightSource.Find(path, Backbones.ResNet20MLNet).Open();

        Assert.AreEqual(path, file.Path);
        Assert.AreEqual(Backbones.ResNet20MLNet.Preprocessing, preprocessing);
        Assert.AreEqual(path, WeightSource.Find(PretrainedWeights.MLNet, Backbones.ResNet20MLNet).Path);
    }

    [TestMethod]
    public void ATrainingReadsTheFileOnce()
    {
        var path = _folder.File("ResNet18.onnx");
        File.Copy(MLNetWeights.Find(), path);
        using var network = new ImageClassifierNetwork(Backbones.ResNet20MLNet, 2);
        var lines = new List<string>();

        using var weights = InitialWeights.Find(new() { Backbone = Backbones.ResNet20MLNet, Weights = path });
        File.Delete(path);
        weights.LoadInto(network, ClassLabels.Of(["amber", "blue"]), lines.Add);

        Assert.AreEqual(Backbones.ResNet20MLNet.Preprocessing, weights.Preprocessing);
        StringAssert.StartsWith(lines.Single(), $"'{path}': 110 ");
    }

    [TestMethod]
    public void TheFileOfAnotherBackboneIsRefused()
    {
        using var backbone = Backbones.ResNet18.Build();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(backbone, MLNetWeights.Find()));

        StringAssert.Contains(error.Message, "layer4.2");
    }

    [TestMethod]
    public void TheFileBesideTheProgramComesBeforeNuGetsNewest()
    {
        var (program, packages) = (_folder.File("program"), _folder.File("packages"));
        var old = Put(packages, MLNetWeights.Package.ToLowerInvariant(), "0.9.0", "tools");
        Assert.AreEqual(old, MLNetWeights.Find(program, packages));
        var recent = Put(packages, MLNetWeights.Package.ToLowerInvariant(), "0.24.0", "tools");
        Assert.AreEqual(recent, MLNetWeights.Find(program, packages));
        Directory.CreateDirectory(Path.Combine(packages, MLNetWeights.Package.ToLowerInvariant(), "0.30.0"));
        Assert.AreEqual(recent, MLNetWeights.Find(program, packages), "a version without the file is passed over");
        var beside = Put(program);
        Assert.AreEqual(beside, MLNetWeights.Find(program, packages));
    }

    [TestMethod]
    public void WhereThePackageIsMissingItIsNamedWithTheWayToIt()
    {
        var error = Assert.ThrowsExactly<FileNotFoundException>(
            () => MLNetWeights.Find(_folder.File("program"), _folder.File("packages")));

        StringAssert.Contains(error.Message, "dotnet add package Microsoft.ML.DnnImageFeaturizer.ResNet18");
        StringAssert.Contains(error.Message, _folder.File("program"));
    }

    [TestMethod]
    public void TheMeansAreThoseOfThePackagesMeanImage()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(MLNetWeights.Find()))!;
        using var file = WeightFile.Open(Path.Combine(folder, "ResNetPrepOnnx", "ResNetPreprocess.onnx"));
        using var image = file.Read("MeanImage");

        var means = image.mean([0, 2, 3], type: TorchSharp.torch.ScalarType.Float64).data<double>().ToArray();

        // The file's order is blue, green, red.
        var preprocessing = Backbones.ResNet20MLNet.Preprocessing;
        for (var channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(means[2 - channel], 255 * preprocessing.Mean[channel], 1e-4);
            Assert.AreEqual(1f / 255, preprocessing.Std[channel]);
        }
    }

    [TestMethod]
    public void AFileWithTheSameNamesAndOtherShapesIsRefusedByThem()
    {
        using var backbone = Backbones.ResNet20MLNet.Build();
        using var file = WeightFile.Open(MLNetWeights.Find());
        var names = File.ReadLines(RepositoryFolder.File("src", "MLNet.ResNetFamily", "Weights", "Onnx", "mlnet_resnet.csv"))
            .Skip(1).Select(line => line.Split(',')[0]);
        var path = Model([.. names.Select(name => Raw(name, 1, [1], 1f))]).Save(_folder);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(backbone, path));

        StringAssert.Contains(error.Message, "conv1.weight");
    }

    private static string Put(params string[] folders)
    {
        var path = Path.Combine([.. folders, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx"]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }
}
