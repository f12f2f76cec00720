namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class KeyRenamesTests
{
    [TestMethod]
    [DataRow("module.layer1.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "DataParallel")]
    [DataRow("_orig_mod.layer1.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "torch.compile")]
    [DataRow("module._orig_mod.layer1.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "both")]
    [DataRow("model.layer1.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "Lightning")]
    [DataRow("module.backbone.layer1.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "a wrapper in DataParallel")]
    [DataRow("last_linear.weight", "resnet50", "fc.weight", DisplayName = "Cadene's head")]
    [DataRow("module.linear.bias", "resnet50", "fc.bias", DisplayName = "akamaster's head")]
    [DataRow("fc.weight", "resnetv2_50", "head.fc.weight", DisplayName = "torchvision's head in timm's network")]
    [DataRow("last_linear.bias", "inception_resnet_v2", "classif.bias", DisplayName = "Cadene's Inception-ResNet-v2")]
    [DataRow("features.denseblock4.denselayer10.norm.2.running_var", "densenet121", "features.denseblock4.denselayer10.norm2.running_var",
        DisplayName = "legacy DenseNet norm")]
    [DataRow("features.denseblock4.denselayer3.conv.1.weight", "densenet121", "features.denseblock4.denselayer3.conv1.weight",
        DisplayName = "legacy DenseNet conv")]
    [DataRow("features.init_block.conv.conv.weight", "resnet50", "conv1.weight", DisplayName = "pytorchcv stem")]
    [DataRow("features.stage3.unit6.body.conv2.bn.running_mean", "resnet50", "layer3.5.bn2.running_mean", DisplayName = "pytorchcv unit")]
    [DataRow("features.stage1.unit1.identity_conv.conv.weight", "resnet50", "layer1.0.downsample.0.weight",
        DisplayName = "pytorchcv shortcut")]
    [DataRow("output.weight", "resnet50", "fc.weight", DisplayName = "pytorchcv head")]
    [DataRow("features.stage2.unit1.body.conv2.bn.weight", "resnetv2_50", "stages.1.blocks.0.norm2.weight",
        DisplayName = "pytorchcv pre-activation")]
    [DataRow("features.stage2.unit3.conv2.bn.weight", "densenet121", "features.denseblock2.denselayer3.norm2.weight",
        DisplayName = "pytorchcv DenseNet")]
    [DataRow("features.stage3.trans3.conv.conv.weight", "densenet_bc_100_12_cifar", "features.transition2.conv.weight",
        DisplayName = "pytorchcv DenseNet transition")]
    [DataRow("conv3_block4_2_conv.kernel", "resnetv2_50", "stages.1.blocks.3.conv2.weight", DisplayName = "Keras convolution")]
    [DataRow("conv2_block1_preact_bn/gamma:0", "resnetv2_50", "stages.0.blocks.0.norm1.weight", DisplayName = "Keras pre-activation")]
    [DataRow("conv2_block1_2_bn.moving_variance", "resnetv2_50", "stages.0.blocks.0.norm3.running_var", DisplayName = "Keras statistics")]
    [DataRow("predictions.bias", "resnetv2_50", "head.fc.bias", DisplayName = "Keras head")]
    [DataRow("resnet.embedder.embedder.convolution.weight", "resnet50", "conv1.weight", DisplayName = "transformers stem")]
    [DataRow("resnet.embedder.embedder.normalization.running_mean", "resnet50", "bn1.running_mean", DisplayName = "transformers stem norm")]
    [DataRow("resnet.encoder.stages.2.layers.5.layer.1.normalization.weight", "resnet50", "layer3.5.bn2.weight",
        DisplayName = "transformers unit")]
    [DataRow("encoder.stages.3.layers.0.layer.2.convolution.weight", "resnet50", "layer4.0.conv3.weight",
        DisplayName = "transformers without its head")]
    [DataRow("resnet.encoder.stages.0.layers.0.shortcut.convolution.weight", "resnet50", "layer1.0.downsample.0.weight",
        DisplayName = "transformers shortcut")]
    [DataRow("resnet.encoder.stages.0.layers.0.shortcut.normalization.bias", "resnet50", "layer1.0.downsample.1.bias",
        DisplayName = "transformers shortcut norm")]
    [DataRow("classifier.1.weight", "resnet50", "fc.weight", DisplayName = "transformers head")]
    [DataRow("fc.1.bias", "resnet50", "fc.bias", DisplayName = "a head behind a dropout")]
    [DataRow("head.fc.2.weight", "resnetv2_50", "head.fc.weight", DisplayName = "a head in a sequence in timm's network")]
    [DataRow("4.0.conv1.weight", "resnet50", "layer1.0.conv1.weight", DisplayName = "the children of torchvision's ResNet")]
    [DataRow("1.running_var", "resnet50", "bn1.running_var", DisplayName = "the second child of torchvision's ResNet")]
    public void ANameOfAnotherDialectIsTheNetworksOwn(string stored, string backbone, string expected)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 10);
        var needed = network.NamedState().Select(item => item.Key).ToHashSet();

        var names = KeyRenames.Match([stored], needed, network.Backbone.Spec.HeadKey);

        Assert.AreEqual(expected, names[stored]);
        Assert.Contains(expected, needed);
    }

    [TestMethod]
    public void AFileSpeaksOneDialectThroughout()
    {
        // "conv1.weight" alone would fit as it is; beside pytorchcv's names it must not be taken for torchvision's.
        var needed = new HashSet<string> { "conv1.weight", "layer1.0.conv1.weight", "layer1.0.conv2.weight", "fc.weight" };

        var names = KeyRenames.Match(
            [
                "features.init_block.conv.weight", "features.stage1.unit1.body.conv1.conv.weight",
                "features.stage1.unit1.body.conv2.conv.weight", "output.weight",
            ],
            needed, "fc");

        CollectionAssert.AreEquivalent(needed.ToArray(), names.Values.ToArray());
    }

    [TestMethod]
    public void ANameThatNobodyKnowsStandsForItself()
    {
        var names = KeyRenames.Match(["module.se.weight", "fc.weight"], new HashSet<string> { "fc.weight" }, "fc");

        Assert.AreEqual("se.weight", names["module.se.weight"]);
    }
}
