using MLNet.ResNetFamily.Golden;

namespace MLNet.ResNetFamily.Tests.Golden;

[TestClass]
public sealed class GoldenFillTests
{
    [TestMethod]
    public void TheHashAndTheGeneratorGiveThePublishedVector()
    {
        var state = GoldenFill.Hash("conv1.weight");

        Assert.AreEqual(0x69A29A2CEE47D254u, state);
        Assert.AreEqual(0x8B8A08A85128A1B0u, GoldenFill.Next(ref state));
        Assert.AreEqual(0xBEC2EBA82F6F054Fu, GoldenFill.Next(ref state));
        Assert.AreEqual(0x05DE32EEED3C84ABu, GoldenFill.Next(ref state));
    }

    [TestMethod]
    public void WeightsHaveThePublishedBits()
    {
        var values = GoldenFill.Values("conv1.weight", [64, 3, 7, 7], 'W');

        uint[] expected = [0x3C95337C, 0x3DCAE01F, 0xBE45652C, 0x3DC37529, 0xBD583ADF, 0x3E4018CD, 0x3E25A276, 0xBE2CCEAD];
        CollectionAssert.AreEqual(expected, values.Take(8).Select(BitConverter.SingleToUInt32Bits).ToArray());
        Assert.HasCount(64 * 3 * 7 * 7, values);
    }

    [TestMethod]
    [DataRow("bn1.weight", 'G', 0x3F71AF55u, 0x3F909C18u)]
    [DataRow("bn1.bias", 'B', 0xBD8644B8u, 0xBDBC5A4Au)]
    [DataRow("bn1.running_mean", 'M', 0x3D400FB6u, 0x3CA4DA86u)]
    [DataRow("bn1.running_var", 'V', 0x3F874941u, 0x3F8EAE89u)]
    [DataRow("layer1.0.bn2.weight", 'H', 0x3E81D93Bu, 0x3E850B65u)]
    public void TheOtherKindsHaveThePublishedBits(string name, char kind, uint first, uint second)
    {
        var values = GoldenFill.Values(name, [64], kind);

        Assert.AreEqual(first, BitConverter.SingleToUInt32Bits(values[0]));
        Assert.AreEqual(second, BitConverter.SingleToUInt32Bits(values[1]));
    }

    [TestMethod]
    public void ConvolutionsThatEndABranchAreAQuarterAsLarge()
    {
        var plain = GoldenFill.Values("conv2.weight", [8, 4, 3, 3], 'W');
        var end = GoldenFill.Values("conv2.weight", [8, 4, 3, 3], 'S');

        CollectionAssert.AreEqual(plain.Select(value => value / 4).ToArray(), end);
    }

    [TestMethod]
    public void DepthwiseWeightsHaveABoundOfTheirOwn()
    {
        var depthwise = GoldenFill.Values("conv1.weight", [16, 1, 3, 3], 'W');
        var full = GoldenFill.Values("conv1.weight", [16, 2, 3, 3], 'W');

        // √(3/9) against √(6/18): the same bound, so the same first numbers.
        CollectionAssert.AreEqual(depthwise, full.Take(depthwise.Length).ToArray());
    }

    [TestMethod]
    public void TheImageHasThePublishedPixels()
    {
        var pixels = GoldenFill.Image([2, 3, 224, 224], "");

        float[] expected = [-0.0867142081f, -0.207500815f, -0.192036629f, -0.774731576f];
        CollectionAssert.AreEqual(expected, pixels.Take(4).ToArray());
        Assert.AreEqual(0.384112477f, pixels[(((1 * 3) + 2) * 224 + 223) * 224 + 223]);
    }
}
