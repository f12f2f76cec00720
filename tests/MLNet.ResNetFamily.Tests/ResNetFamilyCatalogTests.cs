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
        Assert.AreSame(Backbones.Named($"resnet{depth}"), Backbones.ResNet(depth));

    [TestMethod]
    [DataRow(50, 32, 4, "resnext50_32x4d")]
    [DataRow(101, 32, 8, "resnext101_32x8d")]
    [DataRow(101, 64, 4, "resnext101_64x4d")]
    public void PublishedResNeXtsAreTheRowsOfTheirNames(int depth, int cardinality, int baseWidth, string name) =>
        Assert.AreSame(Backbones.Named(name), Backbones.ResNeXt(depth, cardinality, baseWidth));

    [TestMethod]
    public void AResNeXtThatWasNeverPublishedIsBuiltFromItsNumbers()
    {
        var spec = Backbones.ResNeXt(50, 16, 6);

        Assert.AreEqual("resnext50_16x6d", spec.Name);
        Assert.AreEqual(16, spec.Groups);
        Assert.AreEqual(6, spec.GroupWidth);
        CollectionAssert.AreEqual(Backbones.ResNet50.Depths.ToArray(), spec.Depths.ToArray());
    }

    [TestMethod]
    public void WideResNetsAreWidened()
    {
        Assert.AreSame(Backbones.WideResNet50_2, Backbones.WideResNet(50, 2));
        Assert.AreEqual(192, Backbones.WideResNet(101, 3).GroupWidth);
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
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ResNeXtClassifier(cardinality: 0)).Message,
            "'cardinality' is 0");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.WideResNetClassifier(widthFactor: -1)).Message,
            "'widthFactor' is -1");
    }

    [TestMethod]
    public void AFolderOfClassFoldersBecomesData()
    {
        using var folder = new TemporaryFolder();
        TestImages.Files(folder.Path, 6);

        var data = _mlContext.Data.LoadImageFolder(folder.Path);

        CollectionAssert.AreEqual(new[] { "ImagePath", "Label" }, data.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void EveryShortFormChoosesItsBackboneOnBothCatalogs()
    {
        var (transforms, trainers) = (_mlContext.Transforms, _mlContext.MulticlassClassification.Trainers);
        (BackboneSpec Expected, ImageClassifierTrainer[] Made)[] forms =
        [
            (Backbones.ResNet50, [transforms.ResNetClassifier(), trainers.ResNetClassifier()]),
            (Backbones.ResNetV2_50, [transforms.ResNetV2Classifier(), trainers.ResNetV2Classifier()]),
            (Backbones.ResNeXt50_32x4d, [transforms.ResNeXtClassifier(), trainers.ResNeXtClassifier()]),
            (Backbones.WideResNet50_2, [transforms.WideResNetClassifier(), trainers.WideResNetClassifier()]),
            (Backbones.DenseNet121, [transforms.DenseNetClassifier(), trainers.DenseNetClassifier()]),
            (Backbones.Xception, [transforms.XceptionClassifier(), trainers.XceptionClassifier()]),
            (Backbones.InceptionResNetV2, [transforms.InceptionResNetClassifier(), trainers.InceptionResNetClassifier()]),
            (Backbones.DenseNet201, [transforms.DenseNetClassifier(201), trainers.DenseNetClassifier(201)]),
            (Backbones.InceptionResNetV1, [transforms.InceptionResNetClassifier(1), trainers.InceptionResNetClassifier(1)]),
        ];

        foreach (var (expected, made) in forms)
        {
            CollectionAssert.AreEqual(
                new[] { expected.Name, expected.Name }, made.Select(trainer => trainer.Settings.Backbone.Name).ToArray());
        }
    }

    [TestMethod]
    public void AShortFormHandsItsColumnsOn()
    {
        var validation = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1]));

        var options = _mlContext.MulticlassClassification.Trainers.ResNetClassifier(18, "L", "I", "S", "P", validation).Settings;

        Assert.AreEqual(
            ("L", "I", "S", "P"),
            (options.LabelColumnName, options.ImageColumnName, options.ScoreColumnName, options.PredictedLabelColumnName));
        Assert.AreSame(validation, options.ValidationSet);
    }
}
