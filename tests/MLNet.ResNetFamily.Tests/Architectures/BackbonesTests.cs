using System.Reflection;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class BackbonesTests
{
    [TestMethod]
    public void EveryPropertyIsInTheList()
    {
        var rows = typeof(Backbones).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => property.GetValue(null)).OfType<BackboneSpec>().ToArray();

        CollectionAssert.AreEqual(rows.Select(row => row.Name).ToArray(), Backbones.All.Select(row => row.Name).ToArray());
    }

    [TestMethod]
    public void NamesAreDistinct() =>
        Assert.AreEqual(Backbones.All.Count, Backbones.All.Select(row => row.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [TestMethod]
    public void EveryRowIsFoundByItsName()
    {
        foreach (var row in Backbones.All)
            Assert.AreSame(row, Backbones.Named(row.Name.ToUpperInvariant()));
    }

    [TestMethod]
    public void EveryRowSaysItsFamilyAndItsPaper()
    {
        foreach (var row in Backbones.All)
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(row.Family), row.Name);
            StringAssert.Contains(row.Paper, "https://arxiv.org/abs/", row.Name);
        }
    }

    [TestMethod]
    public void EveryRowIsValid()
    {
        foreach (var row in Backbones.All)
            row.Validate();
    }

    [TestMethod]
    public void UnknownNameListsTheKnownOnes()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Backbones.Named("resnet51"));

        StringAssert.Contains(error.Message, "'resnet51'");
        StringAssert.Contains(error.Message, "resnet50, resnet101");
        StringAssert.Contains(error.Message, "inception_v4");
    }

    [TestMethod]
    [DataRow("legacy_xception", "xception")]
    [DataRow("InceptionResNetV2", "inception_resnet_v2")]
    [DataRow("preresnet164bn_cifar10", "preresnet164bn_cifar")]
    [DataRow("densenet100_k12_bc_cifar10", "densenet_bc_100_12_cifar")]
    public void NamesOfOtherLibrariesAreKnown(string alias, string name) => Assert.AreSame(Backbones.Named(name), Backbones.Named(alias));

    [TestMethod]
    [DataRow("resnet50", "ResNet", "1512.03385", 2048, 224, 256, 1000, "fc")]
    [DataRow("resnext101_64x4d", "ResNeXt", "1611.05431", 2048, 224, 256, 1000, "fc")]
    [DataRow("wide_resnet50_2", "Wide ResNet", "1605.07146", 2048, 224, 256, 1000, "fc")]
    [DataRow("resnet110_cifar", "ResNet", "1512.03385", 64, 32, 32, 10, "linear")]
    [DataRow("resnetv2_50", "ResNet-v2", "1603.05027", 2048, 224, 256, 1000, "head.fc")]
    [DataRow("preresnet164bn_cifar", "ResNet-v2", "1603.05027", 256, 32, 32, 10, "head.fc")]
    [DataRow("wrn28_10_cifar", "Wide ResNet", "1605.07146", 640, 32, 32, 10, "head.fc")]
    [DataRow("densenet161", "DenseNet", "1608.06993", 2208, 224, 256, 1000, "classifier")]
    [DataRow("densenet_bc_190_40_cifar", "DenseNet", "1608.06993", 2190, 32, 32, 10, "classifier")]
    [DataRow("xception", "Xception", "1610.02357", 2048, 299, 333, 1000, "fc")]
    [DataRow("inception_resnet_v1", "Inception-ResNet", "1602.07261", 512, 299, 333, 1000, "logits")]
    [DataRow("inception_resnet_v2", "Inception-ResNet", "1602.07261", 1536, 299, 333, 1000, "classif")]
    [DataRow("inception_v3", "Inception", "1512.00567", 2048, 299, 342, 1000, "fc")]
    [DataRow("inception_v4", "Inception", "1602.07261", 1536, 299, 342, 1000, "last_linear")]
    [DataRow("alexnet", "AlexNet", "1404.5997", 4096, 224, 256, 1000, "classifier.6")]
    [DataRow("googlenet", "GoogLeNet", "1409.4842", 1024, 224, 256, 1000, "fc")]
    [DataRow("vgg16", "VGG", "1409.1556", 4096, 224, 256, 1000, "classifier.6")]
    public void RowsDescribeThemselves(
        string name, string family, string paper, int features, int imageSize, int resizeSize, int classes, string headKey)
    {
        var row = Backbones.Named(name);

        Assert.AreEqual(family, row.Family);
        StringAssert.Contains(row.Paper, paper);
        Assert.AreEqual(features, row.FeatureCount);
        Assert.AreEqual(imageSize, row.Preprocessing.ImageSize);
        Assert.AreEqual(resizeSize, row.Preprocessing.ResizeSize);
        Assert.AreEqual(classes, row.PublishedClassCount);
        Assert.AreEqual(headKey, row.HeadKey);
        Assert.AreEqual(3, row.InputChannels);
    }

    public static IEnumerable<object[]> OneOfEachFamily =>
        Backbones.All.DistinctBy(row => row.GetType()).Select(row => new object[] { row });

    [TestMethod]
    [DynamicData(nameof(OneOfEachFamily))]
    public void AnyNumberOfInputChannelsWorks(BackboneSpec row)
    {
        foreach (var channels in new[] { 1, 5 })
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            using var network = (row with { InputChannels = channels }).Build();
            network.eval();

            CollectionAssert.AreEqual(
                new long[] { 1, row.FeatureCount }, network.call(zeros(1, channels, row.MinimumImageSize, row.MinimumImageSize + 1)).shape);
        }
    }

    // What Architectures/README.md promises: a variant is one row, and nothing else needs to know it.
    [TestMethod]
    public void AMadeUpVariantTakesOneRow()
    {
        var row = Backbones.ResNet50 with { Name = "resnext26_8x6d", Depths = [2, 2, 2, 2], Groups = 8, GroupWidth = 6 };

        using var network = new ImageClassifierNetwork(row, 7);
        var summary = NetworkSummary.Of(row, 64, 7);

        Assert.AreEqual("ResNeXt", row.Family);
        Assert.AreEqual(summary.Parameters, network.parameters().Sum(parameter => parameter.numel()));
        CollectionAssert.Contains(network.NamedState().Select(entry => entry.Key).ToArray(), "layer4.1.bn3.weight");
        Assert.IsGreaterThan(NetworkSummary.Of(row, 64, 7).MultiplyAdds, NetworkSummary.CostOf(row).MultiplyAdds);
    }
}
