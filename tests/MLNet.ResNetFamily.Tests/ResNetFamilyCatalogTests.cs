using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ResNetFamilyCatalogTests
{
    private readonly MLContext _mlContext = new();

    [TestMethod]
    [DataRow(18)]
    [DataRow(34)]
    [DataRow(50)]
    [DataRow(101)]
    [DataRow(152)]
    public void EveryDepthOfResNetIsTheRowOfThatName(int depth) =>
        Assert.AreSame(Backbones.Named($"resnet{depth}"), ShortForms.ResNet(depth));

    [TestMethod]
    [DataRow(50, 32, 4, "resnext50_32x4d")]
    [DataRow(101, 32, 8, "resnext101_32x8d")]
    [DataRow(101, 64, 4, "resnext101_64x4d")]
    public void PublishedResNeXtsAreTheRowsOfTheirNames(int depth, int cardinality, int baseWidth, string name) =>
        Assert.AreSame(Backbones.Named(name), ShortForms.ResNeXt(depth, cardinality, baseWidth));

    [TestMethod]
    public void AResNeXtThatWasNeverPublishedIsBuiltFromItsNumbers()
    {
        var spec = ShortForms.ResNeXt(50, 16, 6);

        Assert.AreEqual("resnext50_16x6d", spec.Name);
        Assert.AreEqual(16, spec.Groups);
        Assert.AreEqual(6, spec.GroupWidth);
        CollectionAssert.AreEqual(Backbones.ResNet50.Depths.ToArray(), spec.Depths.ToArray());
    }

    [TestMethod]
    public void WideResNetsAreWidened()
    {
        Assert.AreSame(Backbones.WideResNet50_2, ShortForms.WideResNet(50, 2));
        Assert.AreEqual(192, ShortForms.WideResNet(101, 3).GroupWidth);
    }

    [TestMethod]
    public void AnUnknownDepthIsAnsweredWithThoseThatThereAre()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ResNeXtClassifier(depth: 18));

        StringAssert.StartsWith(error.Message, "There is no ResNeXt with 18 layers here. Depths: 26, 50, 101, 152");
    }

    [TestMethod]
    public void ImpossibleWidthsAreRefused()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ResNeXtClassifier(cardinality: 0)).Message, "'cardinality' is 0");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.WideResNetClassifier(widthFactor: -1)).Message, "'widthFactor' is -1");
    }

    [TestMethod]
    public void AFolderOfClassFoldersBecomesData()
    {
        var folder = Directory.CreateTempSubdirectory();
        TinyImages.Files(folder.FullName, 6);

        var data = _mlContext.Data.LoadImageFolder(folder.FullName);

        CollectionAssert.AreEqual(new[] { "ImagePath", "Label" }, data.Schema.Select(column => column.Name).ToArray());
        folder.Delete(recursive: true);
    }

    [TestMethod]
    public void EveryShortFormMakesATrainer()
    {
        Assert.IsNotNull(_mlContext.Transforms.ResNetClassifier());
        Assert.IsNotNull(_mlContext.Transforms.ResNeXtClassifier(depth: 50, cardinality: 32, baseWidth: 4));
        Assert.IsNotNull(_mlContext.Transforms.WideResNetClassifier());
        Assert.IsNotNull(_mlContext.Transforms.ImageFeaturizer());
    }
}
