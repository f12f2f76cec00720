namespace MLNet.ResNetFamily.Tests.Scoring;

[TestClass]
public sealed class DecodingShareTests
{
    [TestMethod]
    [DataRow(0.002, 0.010, 16, 1)]
    [DataRow(0.008, 0.010, 16, 1)]
    [DataRow(0.009, 0.010, 16, 2)]
    [DataRow(0.040, 0.010, 16, 5)]
    [DataRow(1.000, 0.010, 16, 16)]
    [DataRow(0.000, 0.010, 2, 1)]
    [DataRow(0.010, 0.000, 2, 2)]
    public void ItTakesTheFewestThreadsThatKeepAhead(double decoding, double computing, int most, int expected) =>
        Assert.AreEqual(expected, DecodingShare.Needed(decoding, computing, most));

    [TestMethod]
    public void AllDecodeUntilTheNetworkIsMeasured()
    {
        var share = new DecodingShare(8);
        share.Decoded(TimeSpan.FromMilliseconds(3));
        share.Decoded(TimeSpan.FromMilliseconds(5));

        // The first pass is slow, and batches without a readable image say nothing.
        share.Computed(4, TimeSpan.FromMilliseconds(4000));
        share.Computed(0, TimeSpan.Zero);
        share.Computed(4, TimeSpan.FromMilliseconds(8));
        Assert.AreEqual(8, share.Workers);
        share.Computed(4, TimeSpan.FromMilliseconds(9));

        // 4 ms to decode, 2 ms to compute.
        Assert.AreEqual(3, share.Workers);
    }

    [TestMethod]
    public void WhatIsDecodedBesideTheNetworkIsNotMeasured()
    {
        var share = new DecodingShare(8);
        share.Decoded(TimeSpan.FromMilliseconds(4));
        for (var pass = 0; pass < 3; pass++)
        {
            share.Computed(1, TimeSpan.FromMilliseconds(2));
            share.Decoded(TimeSpan.FromMilliseconds(500));
        }

        Assert.AreEqual(3, share.Workers);
    }

    [TestMethod]
    public void TheChoiceIsMadeOnce()
    {
        var share = new DecodingShare(8);
        share.Decoded(TimeSpan.FromMilliseconds(4));
        for (var pass = 0; pass < 3; pass++)
            share.Computed(1, TimeSpan.FromMilliseconds(100));
        Assert.AreEqual(1, share.Workers);

        share.Computed(1, TimeSpan.FromMilliseconds(1));

        Assert.AreEqual(1, share.Workers);
    }
}
