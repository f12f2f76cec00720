using MLNet.ResNetFamily.Tests.Training;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public sealed class DecodedImageCacheTests
{
    private const int BytesOfAnImage = TestImages.Size * TestImages.Size * 3;

    [TestMethod]
    public void WhatFitsIsDecodedOnceAndTheRestEveryTime()
    {
        using var folder = new TemporaryFolder();
        ImageItem[] files = [.. TestImages.Files(folder.Path, 4).Select(row => new ImageFile(row.Image))];
        var cache = new DecodedImageCache(byteLimit: 3 * BytesOfAnImage - 1);
        var items = cache.Over(files);
        Pixels(items);
        Assert.AreEqual(2 * BytesOfAnImage, cache.ByteCount);
        foreach (var file in files)
            File.Delete(file.Origin);

        CollectionAssert.AreEqual(TestImages.Pixels(0), items[0].Decode(1000).PixelSpan.ToArray());
        CollectionAssert.AreEqual(TestImages.Pixels(1), items[1].Decode(1000).PixelSpan.ToArray());
        Assert.ThrowsExactly<InvalidDataException>(() => items[2].Decode(1000));
    }

    [TestMethod]
    public void WhoDisposesOfAnImageLeavesTheNextOneWhole()
    {
        using var folder = new TemporaryFolder();
        var items = new DecodedImageCache(byteLimit: 1 << 20).Over([new ImageFile(TestImages.Files(folder.Path, 1)[0].Image)]);

        var first = Pixels(items);
        var second = Pixels(items);
        var third = Pixels(items);

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreEqual(first, third);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(10 * BytesOfAnImage)]
    [DataRow(1 << 20)]
    public void TheTrainingIsTheSameWithAnyLimit(long limit)
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 18);
        var images = new TrainingImages([.. rows.Select(row => new ImageFile(row.Image))], [.. rows.Select(row => row.Number % 3)], 3);
        var options = new TrainingOptions { Epochs = 2, BatchSize = 6, Threads = 2 };

        Assert.AreEqual(Loss(options with { ImageCacheBytes = 1L << 30 }), Loss(options with { ImageCacheBytes = limit }));

        double Loss(TrainingOptions options)
        {
            using var network = ToyImages.Network(seed: 1);
            return TrainingLoop.Run(network, ToyImages.Preprocessing, images, null, options, CPU, _ => { }).Epochs[^1].TrainLoss;
        }
    }

    private static byte[] Pixels(IReadOnlyList<ImageItem> items)
    {
        var pixels = new List<byte>();
        foreach (var item in items)
        {
            using var image = item.Decode(1_000_000);
            pixels.AddRange(image.PixelSpan);
        }
        return [.. pixels];
    }
}
