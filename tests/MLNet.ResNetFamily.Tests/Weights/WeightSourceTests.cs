namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class WeightSourceTests
{
    [TestMethod]
    public void ImageNetStandsForTheBestWeightsOfTheBackbone()
    {
        var source = WeightSource.Find(PretrainedWeights.ImageNet, Backbones.ResNet50);

        Assert.AreEqual("resnet50.tv_v2", source.Published!.Name);
        Assert.AreEqual(232, source.Published.Preprocessing.ResizeSize);
    }

    [TestMethod]
    public void ANameStandsForItsRowWhateverTheLicense()
    {
        Assert.AreEqual("resnet50.tv_v1", WeightSource.Find("resnet50.tv_v1", Backbones.ResNet50).Published!.Name);
        Assert.IsTrue(WeightSource.Find("resnet50.fb_swsl_ig1b_ft_in1k", Backbones.ResNet50).Published!.IsNonCommercial);
    }

    [TestMethod]
    public void WeightsOfAnotherBackboneAreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightSource.Find("resnet50.tv_v1", Backbones.ResNet18));

        StringAssert.Contains(error.Message, "'resnet50.tv_v1'");
        StringAssert.Contains(error.Message, "'resnet18'");
    }

    [TestMethod]
    public void WhatIsNeitherAFileNorANameListsTheNames()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightSource.Find("wieghts.pth", Backbones.ResNet18));

        StringAssert.Contains(error.Message, "'wieghts.pth'");
        StringAssert.Contains(error.Message, "resnet18.tv_v1");
    }

    [TestMethod]
    public void AFileOfOursBringsItsPreprocessing()
    {
        using var folder = new TemporaryFolder();
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 2);
        var preprocessing = new Preprocessing { ImageSize = 160, ResizeSize = 168, Interpolation = Interpolation.Bicubic };
        WeightExport.Save(network, folder.File("a.safetensors"), preprocessing: preprocessing);
        WeightExport.Save(network, folder.File("a.pth"), preprocessing: preprocessing);

        Assert.AreEqual(preprocessing, PreprocessingOf("a.safetensors"));
        Assert.IsNull(PreprocessingOf("a.pth"));

        Preprocessing? PreprocessingOf(string name)
        {
            var (file, preprocessing) = WeightSource.Find(folder.File(name), Backbones.ResNet18).Open();
            file.Dispose();
            return preprocessing;
        }
    }

    [TestMethod]
    public void EveryPublishedFileBelongsToABackboneOfTheCatalog()
    {
        foreach (var row in PretrainedWeights.All)
            Assert.AreEqual(row.Backbone, Backbones.Named(row.Backbone).Name);
    }
}
