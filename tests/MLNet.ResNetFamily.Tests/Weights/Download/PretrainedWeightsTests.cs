using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed partial class PretrainedWeightsTests
{
    [TestMethod]
    [DataRow("resnet50", "resnet50.tv_v2")]
    [DataRow("resnet18", "resnet18.a1_in1k")]
    [DataRow("resnext101_32x8d", "resnext101_32x8d.tv_v2")]
    [DataRow("wide_resnet50_2", "wide_resnet50_2.tv_v2")]
    [DataRow("xception", "legacy_xception.tf_in1k")]
    public void TheBestWeightsOfABackboneAreThoseWithTheHighestTop1(string backbone, string expected)
    {
        Assert.AreEqual(expected, PretrainedWeights.Best(backbone).Name);
    }

    [TestMethod]
    public void NonCommercialWeightsAreNeverTheBestButAreFoundByName()
    {
        var row = PretrainedWeights.Named("resnext101_32x8d.fb_swsl_ig1b_ft_in1k");

        Assert.IsTrue(row.IsNonCommercial);
        Assert.IsGreaterThan(PretrainedWeights.Best("resnext101_32x8d").Top1, row.Top1);
        Assert.IsTrue(PretrainedWeights.All.Select(other => other.Backbone).Distinct()
            .All(backbone => !PretrainedWeights.Best(backbone).IsNonCommercial));
    }

    [TestMethod]
    public void TheTwoFilesOfResNet50HaveTheirOwnPreprocessing()
    {
        Assert.AreEqual(256, PretrainedWeights.Named("resnet50.tv_v1").Preprocessing.ResizeSize);
        Assert.AreEqual(232, PretrainedWeights.Named("resnet50.tv_v2").Preprocessing.ResizeSize);
        Assert.AreEqual(Interpolation.Bicubic, PretrainedWeights.Named("resnet50.a1_in1k").Preprocessing.Interpolation);
        Assert.AreEqual(299, PretrainedWeights.Named("inception_resnet_v2.tf_in1k").Preprocessing.ImageSize);
    }

    [TestMethod]
    public void AnUnknownNameListsThoseOfTheSameBackbone()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => PretrainedWeights.Named("resnet50.tv_v3"));

        StringAssert.Contains(error.Message, "'resnet50.tv_v3'");
        StringAssert.Contains(error.Message, "resnet50.tv_v2");
    }

    [TestMethod]
    public void ABackboneWithoutWeightsListsThoseThatHaveSome()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => PretrainedWeights.Best("resnet1202_cifar"));

        StringAssert.Contains(error.Message, "'resnet1202_cifar'");
        StringAssert.Contains(error.Message, "densenet121");
    }

    [TestMethod]
    public void EveryRowHasAUniqueNameAndSoundPreprocessing()
    {
        Assert.HasCount(PretrainedWeights.All.Count, PretrainedWeights.All.Select(row => row.Name).Distinct().ToList());
        foreach (var row in PretrainedWeights.All)
        {
            row.Preprocessing.Validate();
            Assert.IsInRange(56.0, 90.0, row.Top1, row.Name);
            Assert.IsTrue(HexDigits().IsMatch(row.Sha256), row.Name);
        }
    }

    [TestMethod]
    public void TheTableAgreesWithTheSharedRegistry()
    {
        // torchvision's files stand there a second time under timm's names, with timm's preprocessing.
        var shared = File.ReadLines(Checkpoints.Shared("weights", "registry.csv")).Skip(1).Select(line => line.Split(',', 12))
            .ToDictionary(fields => (Model: fields[0], Address: fields[2]));
        var backbones = PretrainedWeights.All.Select(row => row.Name.Split('.')[0]).ToHashSet();

        var rows = PretrainedWeights.All.Where(row => !TorchvisionAlone.Contains(row.Backbone)).ToList();
        foreach (var row in rows)
        {
            var fields = shared[(ModelOf(row), row.Address.AbsoluteUri)];
            var notes = fields[11];
            Assert.AreEqual(double.Parse(fields[4], CultureInfo.InvariantCulture), row.Top1, row.Name);
            Assert.AreEqual(double.Parse(fields[5], CultureInfo.InvariantCulture), row.Top5, row.Name);
            Assert.AreEqual(int.Parse(fields[6], CultureInfo.InvariantCulture), row.Preprocessing.ImageSize, row.Name);
            Assert.AreEqual(fields[8], row.Preprocessing.Interpolation.ToString().ToLowerInvariant(), row.Name);
            Assert.AreEqual(notes.Contains("NON-COMMERCIAL", StringComparison.Ordinal), row.IsNonCommercial, row.Name);
            StringAssert.Contains(notes.ToLowerInvariant(), row.License);
            Assert.AreEqual(ResizeSize(fields), row.Preprocessing.ResizeSize, row.Name);
            Assert.IsTrue(
                notes.Contains("9 hex digits", StringComparison.Ordinal)
                    ? row.Sha256.Length == 0
                    : row.Sha256.StartsWith(fields[3], StringComparison.Ordinal),
                row.Name);
        }
        var readable = shared.Values.Where(fields => backbones.Contains(fields[0].Split('.')[0]) && fields[1] != "keras-applications");
        CollectionAssert.AreEquivalent(
            readable.Select(fields => fields[2]).ToList(), rows.Select(row => row.Address.AbsoluteUri).ToList());
    }

    // torchvision 0.14's own table says this of the networks that the papers compare with.
    [TestMethod]
    [DataRow("alexnet", "alexnet-owt-7be5be79", 56.522, 79.066, 224, 256)]
    [DataRow("vgg16", "vgg16-397923af", 71.592, 90.382, 224, 256)]
    [DataRow("vgg16_bn", "vgg16_bn-6c64b313", 73.36, 91.516, 224, 256)]
    [DataRow("googlenet", "googlenet-1378be20", 69.778, 89.53, 224, 256)]
    [DataRow("inception_v3", "inception_v3_google-0cc3c7bd", 77.294, 93.45, 299, 342)]
    public void TheNetworksThatThePapersCompareWithHaveTorchvisionsWeights(
        string backbone, string file, double top1, double top5, int imageSize, int resizeSize)
    {
        var row = PretrainedWeights.Best(backbone);

        CollectionAssert.Contains(TorchvisionAlone, backbone);
        Assert.AreEqual($"https://download.pytorch.org/models/{file}.pth", row.Address.AbsoluteUri);
        Assert.AreEqual(file[^8..], row.Sha256);
        Assert.AreEqual((top1, top5), (row.Top1, row.Top5));
        Assert.AreEqual((imageSize, resizeSize), (row.Preprocessing.ImageSize, row.Preprocessing.ResizeSize));
        Assert.AreEqual(Interpolation.Bilinear, row.Preprocessing.Interpolation);
    }

    // torchvision normalizes as ever and turns that into what Google's networks were trained with, where their weights are loaded:
    // x · 0.229 / 0.5 + (0.485 - 0.5) / 0.5 for red, and so on.
    [TestMethod]
    [DataRow("googlenet")]
    [DataRow("inception_v3")]
    public void GooglesNetworksSeeWhatTorchvisionsTransformInputGives(string backbone)
    {
        var (torchvision, here) = (new Preprocessing(), PretrainedWeights.Best(backbone).Preprocessing);

        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, std) = (torchvision.Mean[channel], torchvision.Std[channel]);
            foreach (var pixel in new[] { 0f, 0.3f, 1f })
            {
                var transformed = ((pixel - mean) / std * (std / 0.5f)) + ((mean - 0.5f) / 0.5f);
                Assert.AreEqual(transformed, (pixel - here.Mean[channel]) / here.Std[channel], 1e-6f);
            }
        }
    }

    private static readonly string[] TorchvisionAlone = ["alexnet", "vgg16", "vgg16_bn", "googlenet", "inception_v3"];

    private static string ModelOf(PublishedWeights row) =>
        row.Name.Contains(".tv_v", StringComparison.Ordinal) ? row.Name.Split('.')[0] : TrimEnd(row.Name, ".hf");

    private static string TrimEnd(string text, string end) => text.EndsWith(end, StringComparison.Ordinal) ? text[..^end.Length] : text;

    // torchvision says it; timm divides the input size by the crop's share and rounds down.
    private static int ResizeSize(string[] fields) => StatedResize().Match(fields[11]) is { Success: true } stated
        ? int.Parse(stated.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : (int)Math.Floor(int.Parse(fields[6], CultureInfo.InvariantCulture) / double.Parse(fields[7], CultureInfo.InvariantCulture));

    [GeneratedRegex(@"resize (\d+) then")]
    private static partial Regex StatedResize();

    [GeneratedRegex("^([0-9a-f]{8}|[0-9a-f]{64}|)$")]
    private static partial Regex HexDigits();
}
