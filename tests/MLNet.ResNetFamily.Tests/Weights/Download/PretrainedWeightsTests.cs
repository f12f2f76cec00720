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
            Assert.IsInRange(60.0, 90.0, row.Top1, row.Name);
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

        foreach (var row in PretrainedWeights.All)
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
            readable.Select(fields => fields[2]).ToList(), PretrainedWeights.All.Select(row => row.Address.AbsoluteUri).ToList());
    }

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
