using static MLNet.ResNetFamily.Tests.Weights.HandmadePth;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class KeyPrefixesTests
{
    private static readonly BackboneSpec Small = Backbones.Named("resnet20_cifar");

    private readonly TemporaryFolder _folder = new();
    private readonly ImageClassifierNetwork _network = new(Small, 3);

    [TestCleanup]
    public void CleanUp()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow("encoder.")]
    [DataRow("resnet.")]
    [DataRow("model.net.")]
    [DataRow("feature_extractor.")]
    [DataRow("module.encoder.")]
    [DataRow("0.")]
    public void APrefixThatAllNamesShareIsLeftOut(string prefix)
    {
        Write(_folder.File("a.pth"), Dict(Named(prefix)));

        var report = WeightImport.Load(_network, _folder.File("a.pth"));

        Assert.HasCount(97, report.Loaded);
        Assert.IsTrue(report.IsHeadLoaded);
    }

    [TestMethod]
    public void AClassifierBesideThePrefixIsTheHead()
    {
        var backbone = Named("encoder.").Where(item => !item.Key.Contains("linear", StringComparison.Ordinal));
        Write(_folder.File("a.pth"), Dict([.. backbone, ("classifier.1.weight", Tensor(3, 64)), ("classifier.1.bias", Tensor(3))]));

        var report = WeightImport.Load(_network, _folder.File("a.pth"));

        Assert.HasCount(97, report.Loaded);
        Assert.IsTrue(report.IsHeadLoaded);
    }

    [TestMethod]
    public void WhatStandsBesideThePrefixIsNotLeftOutInSilence()
    {
        Write(_folder.File("a.pth"), Dict([.. Named("encoder."), ("projector.weight", Tensor(2))]));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(_network, _folder.File("a.pth")));

        StringAssert.Contains(error.Message, "does not fit 'resnet20_cifar': tensor 'projector.weight' has no place in it.");
    }

    [TestMethod]
    public void OfSeveralPrefixesOneIsToBeNamed()
    {
        Write(_folder.File("a.pth"), Dict([.. Named("module.encoder_q."), .. Named("module.encoder_k."), ("queue", Tensor(2))]));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(_network, _folder.File("a.pth")));
        var report = WeightImport.Load(_network, _folder.File("a.pth"), prefix: "module.encoder_q");

        StringAssert.Contains(error.Message, "holds 'resnet20_cifar' 2 times, under 'module.encoder_k.', 'module.encoder_q.'");
        StringAssert.Contains(error.Message, "'prefix' ('--prefix' on the command line)");
        Assert.HasCount(97, report.Loaded);
        Assert.HasCount(98, report.Skipped);
    }

    [TestMethod]
    public void TwoKnownWrappersInOneFileAreNotMixed()
    {
        Write(_folder.File("a.pth"), Dict([.. Named("net."), .. Named("backbone.")]));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(_network, _folder.File("a.pth")));

        StringAssert.Contains(error.Message, "under 'net.', 'backbone.'");
    }

    [TestMethod]
    public void APrefixThatNoNameHasIsAnswered()
    {
        Write(_folder.File("a.pth"), Dict(Named("encoder.")));

        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightImport.Load(_network, _folder.File("a.pth"), prefix: "decoder"));

        StringAssert.Contains(error.Message, "'decoder.'");
        StringAssert.Contains(error.Message, "Prefixes of many names: 'encoder.'");
    }

    [TestMethod]
    public void AHeadSavedAsASequenceIsTheHead()
    {
        var backbone = Named("").Where(item => !item.Key.Contains("linear", StringComparison.Ordinal));
        Write(_folder.File("a.pth"), Dict([.. backbone, ("fc.1.weight", Tensor(3, 64)), ("fc.1.bias", Tensor(3))]));

        var report = WeightImport.Load(_network, _folder.File("a.pth"));

        Assert.IsTrue(report.IsHeadLoaded);
    }

    [TestMethod]
    public void TwoLinearLayersInARowAreNoHeadOfThisNetwork()
    {
        var backbone = Named("").Where(item => !item.Key.Contains("linear", StringComparison.Ordinal));
        (string, byte[])[] layers =
        [
            ("fc.0.weight", Tensor(64, 64)), ("fc.0.bias", Tensor(64)), ("fc.2.weight", Tensor(3, 64)), ("fc.2.bias", Tensor(3)),
        ];
        Write(_folder.File("a.pth"), Dict([.. backbone, .. layers]));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(_network, _folder.File("a.pth")));
        var report = WeightImport.Load(_network, _folder.File("a.pth"), head: HeadImport.IfClassCountFits);

        StringAssert.Contains(error.Message, "tensors 'fc.0.weight' and 'fc.2.weight' both stand for 'linear.weight'");
        Assert.IsFalse(report.IsHeadLoaded);
        CollectionAssert.Contains(report.Skipped.ToArray(), "linear.weight");
    }

    private (string Key, byte[] Value)[] Named(string prefix) =>
    [
        .. _network.NamedState().Where(item => item.Tensor.shape.Length > 0)
            .Select(item => (prefix + item.Key, Tensor(item.Tensor.shape))),
    ];
}
