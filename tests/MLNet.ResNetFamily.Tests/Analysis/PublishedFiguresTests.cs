namespace MLNet.ResNetFamily.Tests.Analysis;

// What papers and reference implementations publish. EveryBackboneTests measures the costs that are compared here.
[TestClass]
public sealed class PublishedFiguresTests
{
    // Parameters in millions as the named source prints them, with as many digits.
    [TestMethod]
    [DataRow("resnet18", "11.69", "torchvision")]
    [DataRow("resnet34", "21.80", "torchvision")]
    [DataRow("resnet50", "25.56", "torchvision")]
    [DataRow("resnet50", "25.6", "Xie et al., table 1, says 25.5: it cuts the second digit off")]
    [DataRow("resnet101", "44.55", "torchvision")]
    [DataRow("resnet152", "60.19", "torchvision")]
    [DataRow("resnet200", "64.67", "timm")]
    [DataRow("resnet20_mlnet", "16.41", "counted in the package's file, 15,897,152, and a classifier of 1,000 classes")]
    [DataRow("resnet20_cifar", "0.27", "He et al. 2015, table 6")]
    [DataRow("resnet32_cifar", "0.46", "He et al. 2015, table 6")]
    [DataRow("resnet44_cifar", "0.66", "He et al. 2015, table 6")]
    [DataRow("resnet56_cifar", "0.85", "He et al. 2015, table 6")]
    [DataRow("resnet110_cifar", "1.7", "He et al. 2015, table 6")]
    [DataRow("resnet1202_cifar", "19.4", "He et al. 2015, table 6")]
    [DataRow("resnetv2_18", "11.69", "timm")]
    [DataRow("resnetv2_34", "21.80", "timm")]
    [DataRow("resnetv2_50", "25.55", "timm")]
    [DataRow("resnetv2_101", "44.54", "timm")]
    [DataRow("resnetv2_152", "60.19", "timm")]
    [DataRow("resnetv2_200", "64.67", "as resnet200: the same convolutions")]
    [DataRow("preresnet110_cifar", "1.7", "He et al. 2016, table 4")]
    [DataRow("preresnet164bn_cifar", "1.7", "He et al. 2016, table 4")]
    [DataRow("preresnet1001_cifar", "10.3", "pytorchcv; He et al. 2016, table 4, says 10.2: see the test below")]
    [DataRow("resnext50_2x40d", "25.4", "Xie et al., section 4: the parameters of ResNet-50, about")]
    [DataRow("resnext50_4x24d", "25.3", "the same")]
    [DataRow("resnext50_8x14d", "25.6", "the same")]
    [DataRow("resnext50_32x4d", "25.03", "torchvision")]
    [DataRow("resnext50_32x4d", "25.0", "Xie et al., table 1")]
    [DataRow("resnext101_2x40d", "44.5", "Xie et al., section 4: the parameters of ResNet-101, about")]
    [DataRow("resnext101_4x24d", "44.4", "the same")]
    [DataRow("resnext101_8x14d", "45.1", "the same")]
    [DataRow("resnext101_32x4d", "44.18", "timm")]
    [DataRow("resnext101_32x8d", "88.79", "torchvision")]
    [DataRow("resnext101_2x64d", "84.2", "Xie et al., section 5.1: twice the complexity of ResNet-101")]
    [DataRow("resnext101_64x4d", "83.46", "torchvision")]
    [DataRow("resnet101_1x100d", "85.6", "Xie et al., section 5.1: twice the complexity of ResNet-101")]
    [DataRow("resnext29_32x4d_cifar", "4.78", "pytorchcv")]
    [DataRow("resnext29_8x64d_cifar", "34.4", "Xie et al., table 7")]
    [DataRow("resnext29_16x64d_cifar", "68.2", "pytorchcv; Xie et al., table 7, says 68.1: it cuts the second digit off")]
    [DataRow("wide_resnet50_2", "68.88", "torchvision")]
    [DataRow("wide_resnet101_2", "126.89", "torchvision")]
    [DataRow("wrn28_10_cifar", "36.5", "Zagoruyko and Komodakis, table 4")]
    [DataRow("wrn40_4_cifar", "8.9", "Zagoruyko and Komodakis, table 4")]
    [DataRow("densenet121", "7.98", "torchvision")]
    [DataRow("densenet161", "28.68", "torchvision")]
    [DataRow("densenet169", "14.15", "torchvision")]
    [DataRow("densenet201", "20.01", "torchvision")]
    [DataRow("densenet264", "33.3", "the paper's table 1 in torchvision's form")]
    [DataRow("densenet_40_12_cifar", "1.1", "bearpaw; Huang et al., table 2, says 1.0: see the test below")]
    [DataRow("densenet_100_12_cifar", "7.1", "bearpaw; Huang et al., table 2, says 7.0: see the test below")]
    [DataRow("densenet_bc_100_12_cifar", "0.8", "Huang et al., table 2")]
    [DataRow("densenet_bc_250_24_cifar", "15.3", "Huang et al., table 2")]
    [DataRow("densenet_bc_190_40_cifar", "25.6", "Huang et al., table 2")]
    [DataRow("xception", "22.86", "Chollet, table 3: 22,855,952")]
    [DataRow("inception_resnet_v1", "24.00", "pytorchcv: 23,995,624")]
    [DataRow("inception_resnet_v2", "55.84", "timm")]
    [DataRow("alexnet", "61.10", "torchvision")]
    [DataRow("vgg16", "138.36", "torchvision")]
    [DataRow("vgg16_bn", "138.37", "torchvision")]
    [DataRow("googlenet", "13.00", "torchvision, with the auxiliary classifiers; without them see the test below")]
    [DataRow("inception_v3", "27.16", "torchvision, with the auxiliary classifier")]
    [DataRow("inception_v4", "42.68", "timm")]
    public void ParametersAreThePublishedOnes(string name, string millions, string source)
    {
        var parameters = NetworkSummary.CostOf(Backbones.Named(name)).Parameters;

        Assert.AreEqual(millions, Rounded(parameters / 1e6, millions), source);
    }

    [TestMethod]
    [DataRow(nameof(ParametersAreThePublishedOnes))]
    [DataRow(nameof(MultiplyAddsAreThePublishedOnes))]
    public void EveryRowHasAPublishedFigure(string test)
    {
        var named = typeof(PublishedFiguresTests).GetMethod(test)!
            .GetCustomAttributes(typeof(DataRowAttribute), false).Select(row => (string)((DataRowAttribute)row).Data[0]!);

        var without = Backbones.All.Select(row => row.Name).Except(named).ToArray();
        Assert.IsEmpty(without, $"no figure for {string.Join(", ", without)}");
    }

    // torchvision prints 6.6 million, 6,624,904: its published weights score without the auxiliary classifiers.
    [TestMethod]
    public void WithoutAuxiliaryClassifiersGoogLeNetHasThePublishedParameters() =>
        Assert.AreEqual(6_624_904, NetworkSummary.CostOf(Backbones.GoogLeNet with { AuxiliaryHeads = false }).Parameters);

    // Huang et al. start the networks without bottlenecks with 16 channels, bearpaw with 2k = 24.
    [TestMethod]
    [DataRow("densenet_40_12_cifar", "1.0")]
    [DataRow("densenet_100_12_cifar", "7.0")]
    public void With16ChannelsInTheStemTheDenseNetsHaveThePapersParameters(string name, string millions)
    {
        var row = (DenseNetSpec)Backbones.Named(name) with { StemChannels = 16 };

        Assert.AreEqual(millions, Rounded(NetworkSummary.CostOf(row).Parameters / 1e6, millions));
    }

    // He et al. 2016 count the convolutions of their ResNet-1001, without batch norms and classifier.
    [TestMethod]
    public void TheConvolutionsOfPreResNet1001HaveThePapersParameters()
    {
        var summary = NetworkSummary.Of(Backbones.PreResNet1001Cifar);

        Assert.AreEqual(
            "10.2", Rounded(summary.Layers.Where(layer => layer.Type == "Conv2d").Sum(layer => layer.Parameters) / 1e6, "10.2"));
    }

    // He et al. 2015, table 1, prints 1.8, 3.6, 3.8, 7.6 and 11.3 ×10⁹. The paper's networks have the stride in the first 1×1 convolution;
    // torchvision's, with the stride in the 3×3, cost more. The table does not round alike: 3.66 stands as 3.6, 3.86 as 3.8, 7.58 as 7.6.
    [TestMethod]
    [DataRow("resnet18", 1.8, 1.814)]
    [DataRow("resnet34", 3.6, 3.664)]
    [DataRow("resnet50", 3.8, 3.858)]
    [DataRow("resnet101", 7.6, 7.570)]
    [DataRow("resnet152", 11.3, 11.282)]
    public void MultiplyAddsOfResNetsAreThoseOfTheirPaper(string name, double paper, double exact)
    {
        var row = (ResNetSpec)Backbones.Named(name) with { StrideInFirst1x1 = true };

        var billions = NetworkSummary.CostOf(row).MultiplyAdds / 1e9;

        Assert.AreEqual(exact, billions, 0.0005);
        Assert.AreEqual(paper, billions, 0.07);
    }

    // He et al. 2015, section 3.3, say 15.3 billion for VGG-16: its convolutions, without the three linear layers.
    [TestMethod]
    public void TheConvolutionsOfVgg16HaveThePapersMultiplyAdds()
    {
        const long LinearLayers = 25_088L * 4096 + 4096 * 4096 + 4096 * 1000;

        var billions = (NetworkSummary.CostOf(Backbones.Vgg16).MultiplyAdds - LinearLayers) / 1e9;

        Assert.AreEqual("15.3", Rounded(billions, "15.3"));
    }

    // Multiply-adds in billions as the named source prints them, with as many digits.
    [TestMethod]
    [DataRow("resnet50", "4.1", "Xie et al., table 1; torchvision")]
    [DataRow("resnext50_32x4d", "4.2", "Xie et al., table 1; torchvision 4.23")]
    [DataRow("resnet18", "1.81", "torchvision")]
    [DataRow("resnet34", "3.66", "torchvision")]
    [DataRow("resnet50", "4.09", "torchvision")]
    [DataRow("resnet101", "7.80", "torchvision; Xie et al., table 3, rounds to 7.8")]
    [DataRow("resnet152", "11.51", "torchvision")]
    [DataRow("resnet200", "15.0", "timm's network; Xie et al., table 4: twice the complexity of ResNet-101")]
    [DataRow("resnet20_mlnet", "2.05", "torchvision's 1.814 for resnet18, and 0.231 for the third block of the last stage")]
    [DataRow("resnetv2_200", "15.0", "the same convolutions")]
    [DataRow("resnext50_2x40d", "4.1", "Xie et al., table 3: about the 4.1 of ResNet-50")]
    [DataRow("resnext50_4x24d", "4.2", "Xie et al., table 3: about the 4.1 of ResNet-50")]
    [DataRow("resnext50_8x14d", "4.3", "Xie et al., table 3: about the 4.1 of ResNet-50")]
    [DataRow("resnext101_2x40d", "7.8", "Xie et al., table 3: 7.8")]
    [DataRow("resnext101_4x24d", "7.9", "Xie et al., table 3: about 7.8")]
    [DataRow("resnext101_8x14d", "8.1", "Xie et al., table 3: about 7.8")]
    [DataRow("resnext101_32x4d", "8.0", "timm's network; Xie et al., table 3: about 7.8")]
    [DataRow("resnext101_32x8d", "16.41", "torchvision")]
    [DataRow("resnext101_64x4d", "15.46", "torchvision")]
    [DataRow("resnext101_2x64d", "15.1", "Xie et al., table 4: twice the complexity of ResNet-101, about")]
    [DataRow("resnet101_1x100d", "15.3", "Xie et al., table 4: twice the complexity of ResNet-101, about")]
    [DataRow("wide_resnet50_2", "11.40", "torchvision")]
    [DataRow("wide_resnet101_2", "22.75", "torchvision")]
    [DataRow("densenet121", "2.83", "torchvision")]
    [DataRow("densenet161", "7.73", "torchvision")]
    [DataRow("densenet169", "3.36", "torchvision")]
    [DataRow("densenet201", "4.29", "torchvision")]
    [DataRow("wrn28_10_cifar", "5.2", "pytorchcv's network")]
    [DataRow("xception", "8.4", "timm's network")]
    [DataRow("inception_resnet_v2", "13.16", "timm's network")]
    [DataRow("googlenet", "1.50", "torchvision")]
    [DataRow("inception_v3", "5.71", "torchvision")]
    [DataRow("inception_v4", "12.25", "timm's network")]
    [DataRow("alexnet", "0.71", "torchvision")]
    [DataRow("vgg16", "15.47", "torchvision")]
    [DataRow("vgg16_bn", "15.47", "torchvision: the convolutions of vgg16")]
    [DataRow("resnetv2_18", "1.81", "the convolutions of ResNet-18")]
    [DataRow("resnetv2_34", "3.66", "the convolutions of ResNet-34")]
    [DataRow("resnetv2_50", "4.09", "the convolutions of ResNet-50")]
    [DataRow("resnetv2_101", "7.80", "the convolutions of ResNet-101")]
    [DataRow("resnetv2_152", "11.51", "the convolutions of ResNet-152")]
    [DataRow("resnet20_cifar", "0.0406", "counted on akamaster's network; nobody published a figure")]
    [DataRow("resnet32_cifar", "0.0689", "counted on akamaster's network")]
    [DataRow("resnet44_cifar", "0.0972", "counted on akamaster's network")]
    [DataRow("resnet56_cifar", "0.1255", "counted on akamaster's network")]
    [DataRow("resnet110_cifar", "0.2529", "counted on akamaster's network")]
    [DataRow("resnet1202_cifar", "2.829", "counted on akamaster's network")]
    [DataRow("preresnet110_cifar", "0.2531", "counted on pytorchcv's network; its own figure is in the test below")]
    [DataRow("preresnet164bn_cifar", "0.2476", "counted on pytorchcv's network")]
    [DataRow("preresnet1001_cifar", "1.491", "counted on pytorchcv's network")]
    [DataRow("resnext29_32x4d_cifar", "0.774", "counted on pytorchcv's network")]
    [DataRow("resnext29_8x64d_cifar", "5.387", "counted on pytorchcv's network")]
    [DataRow("resnext29_16x64d_cifar", "10.689", "counted on pytorchcv's network")]
    [DataRow("wrn40_4_cifar", "1.299", "counted on pytorchcv's network")]
    [DataRow("densenet264", "5.75", "counted on torchvision's form of the paper's table 1")]
    [DataRow("densenet_40_12_cifar", "0.283", "counted on bearpaw's network")]
    [DataRow("densenet_100_12_cifar", "1.817", "counted on bearpaw's network")]
    [DataRow("densenet_bc_100_12_cifar", "0.288", "counted on bearpaw's network")]
    [DataRow("densenet_bc_250_24_cifar", "5.419", "counted on bearpaw's network")]
    [DataRow("densenet_bc_190_40_cifar", "9.302", "counted on bearpaw's network")]
    [DataRow("inception_resnet_v1", "6.308", "counted on FaceNet's network with 1000 classes")]
    public void MultiplyAddsAreThePublishedOnes(string name, string billions, string source)
    {
        var multiplyAdds = NetworkSummary.CostOf(Backbones.Named(name)).MultiplyAdds;

        Assert.AreEqual(billions, Rounded(multiplyAdds / 1e9, billions), source);
    }

    // pytorchcv's README prints half of the floating-point operations, in millions. It counts those of batch norms, ReLUs and poolings too:
    // up to 4 % more than convolutions and linear layers alone.
    [TestMethod]
    [DataRow("preresnet110_cifar", 255.68)]
    [DataRow("preresnet164bn_cifar", 255.08)]
    [DataRow("preresnet1001_cifar", 1536.18)]
    [DataRow("resnext29_32x4d_cifar", 780.55)]
    [DataRow("resnext29_16x64d_cifar", 10709.34)]
    [DataRow("wrn28_10_cifar", 5246.98)]
    [DataRow("densenet_bc_100_12_cifar", 298.45)]
    [DataRow("resnext101_32x4d", 8003.45)]
    [DataRow("resnetv2_200", 15068.63)]
    [DataRow("xception", 8403.63)]
    [DataRow("inception_v4", 12304.93)]
    [DataRow("inception_resnet_v1", 6329.60)]
    [DataRow("inception_resnet_v2", 13188.64)]
    [DataRow("vgg16", 15480.10)]
    [DataRow("vgg16_bn", 15507.20)]
    public void MultiplyAddsAreAlmostAllOfTheOperationsThatPytorchcvCounts(string name, double millions)
    {
        var share = NetworkSummary.CostOf(Backbones.Named(name)).MultiplyAdds / 1e6 / millions;

        Assert.IsGreaterThan(0.96, share);
        Assert.IsLessThan(1, share);
    }

    private static string Rounded(double value, string like) =>
        value.ToString("F" + (like.Length - like.IndexOf('.') - 1), System.Globalization.CultureInfo.InvariantCulture);
}
