namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class NormalizationCheckTests
{
    [TestMethod]
    [DataRow("resnet18", 32, "backbone.layer4.0.downsample.1", DisplayName = "the last maps are one pixel")]
    [DataRow("inception_v3", 299, "AuxLogits.conv1.bn", DisplayName = "the maps of the auxiliary classifier are one pixel")]
    [DataRow("inception_resnet_v1", 160, "backbone.last_bn", DisplayName = "the features are normalized")]
    public void SingleImagesOfOnePixelMapsAreRefusedWithTheReason(string backbone, int imageSize, string layer)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 2);

        var error = Assert.ThrowsExactly<ArgumentException>(() => Check(network, imageSize, new() { BatchSize = 1 }));

        StringAssert.StartsWith(
            error.Message,
            $"Option 'BatchSize' is 1, but with images of {imageSize}×{imageSize} pixels " +
            $"the batch normalization '{layer}' of '{backbone}'");
        StringAssert.Contains(error.Message, "Set 'BatchSize' to 2 or more");
    }

    [TestMethod]
    [DataRow(64, 1, FineTuneKind.All)]
    [DataRow(32, 2, FineTuneKind.All)]
    [DataRow(32, 1, FineTuneKind.HeadOnly)]
    public void WhatCanLearnIsNotRefused(int imageSize, int batchSize, FineTuneKind fineTune)
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 2);

        Check(network, imageSize, new() { BatchSize = batchSize, FineTune = fineTune });
    }

    [TestMethod]
    public void StatisticsThatAreKeptAreNotRefused()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 2);
        using var withAuxiliary = new ImageClassifierNetwork(Backbones.Named("inception_v3"), 2);
        var options = new ImageClassifierTrainer.Options { BatchSize = 1, FreezeBatchNorm = true };

        Check(network, 32, options);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Check(withAuxiliary, 299, options));

        StringAssert.Contains(error.Message, "'AuxLogits.conv1.bn'");
    }

    [TestMethod]
    [DataRow(3, 2, true)]
    [DataRow(7, 3, true)]
    [DataRow(4, 2, false)]
    [DataRow(33, 32, false, DisplayName = "batches of 17 and 16")]
    [DataRow(1, 8, true)]
    public void ALastBatchOfOneImageIsRefusedToo(int imageCount, int batchSize, bool isRefused)
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 2);
        if (!isRefused)
        {
            Check(network, 32, new() { BatchSize = batchSize }, imageCount);
            return;
        }
        var error = Assert.ThrowsExactly<ArgumentException>(() => Check(network, 32, new() { BatchSize = batchSize }, imageCount));

        StringAssert.StartsWith(
            error.Message, $"Option 'BatchSize' is {batchSize}, which leaves one of the {imageCount} training images to the last batch");
        Check(network, 64, new() { BatchSize = batchSize }, imageCount);
    }

    [TestMethod]
    public void ATrainingChecksItBeforeItsFirstStep()
    {
        var options = TinyClassifier.Options with { Backbone = Backbones.ResNet18, ImageSize = 32, BatchSize = 1 };

        var error = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(new(), options));

        StringAssert.Contains(error.Message, "gets one value per channel");
    }

    private static void Check(
        ImageClassifierNetwork network, int imageSize, ImageClassifierTrainer.Options options, int imageCount = 64) =>
        NormalizationCheck.Require(network, network.Backbone.Spec.Preprocessing.WithImageSize(imageSize), options, imageCount);
}
