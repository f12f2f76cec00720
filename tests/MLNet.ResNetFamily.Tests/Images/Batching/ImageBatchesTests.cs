using System.Collections.Concurrent;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ImageBatchesTests
{
    private const int ImageLength = 3 * 2 * 2;

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 3)]
    [DataRow(4, 100)]
    [DataRow(8, 1)]
    public void BatchesKeepTheGivenOrder(int threads, int batchSize)
    {
        ImageItem[] items = [.. Enumerable.Range(0, 50).Select(i => new NumberedImage(i))];
        int[] order = [.. Enumerable.Range(0, 50).Reverse()];
        var indices = new List<int>();
        var values = new List<float>();

        foreach (var batch in ImageBatches.Read(items, order, Options(batchSize, threads), FirstByte))
        {
            using (batch)
            {
                indices.AddRange(batch.Indices);
                values.AddRange(Enumerable.Range(0, batch.Count).Select(i => batch.Pixels[i * ImageLength]));
                Assert.IsLessThanOrEqualTo(batchSize, batch.Count);
            }
        }

        CollectionAssert.AreEqual(order, indices);
        CollectionAssert.AreEqual(order.Select(i => (float)i).ToArray(), values);
    }

    [TestMethod]
    public void BadImagesAreReportedAndTheOthersMoveUp()
    {
        ImageItem[] items = [.. Enumerable.Range(0, 10).Select(i => new NumberedImage(i, IsBad: i % 3 == 0))];

        var batches = ImageBatches.Read(items, Options(5, 2), FirstByte).ToArray();

        CollectionAssert.AreEqual(new[] { 1, 2, 4 }, batches[0].Indices);
        CollectionAssert.AreEqual(new[] { 0, 3 }, batches[0].BadIndices);
        CollectionAssert.AreEqual(new[] { new BadImage("image 0", "broken"), new BadImage("image 3", "broken") }, batches[0].Bad.ToArray());
        CollectionAssert.AreEqual(
            new[] { 1f, 2f, 4f }, Enumerable.Range(0, 3).Select(i => batches[0].PixelSegment[i * ImageLength]).ToArray());
        CollectionAssert.AreEqual(new[] { 5, 7, 8 }, batches[1].Indices);
        Assert.AreEqual(3 * ImageLength, batches[1].PixelSegment.Count);
    }

    [TestMethod]
    public void NoMoreThreadsThanAllowedWorkAtOneMoment()
    {
        const int Threads = 3;
        const int ALittle = 10_000;
        var turns = new DecodeComputeGate();
        var (decoding, isComputing, wasBroken) = (0, false, false);
        var atOneMoment = new ConcurrentBag<int>();
        foreach (var batch in ImageBatches.Read(
            Enumerable.Range(0, 200).Select(i => (ImageItem)new NumberedImage(i)), Options(4, Threads) with { Gate = turns }, Transform))
        {
            using (batch)
            using (turns.Compute())
            {
                Volatile.Write(ref isComputing, true);
                Thread.SpinWait(ALittle);
                Volatile.Write(ref isComputing, false);
            }
        }

        Assert.IsFalse(wasBroken, "an image was decoded while the network computed");
        Assert.IsLessThanOrEqualTo(Threads, atOneMoment.Max());

        void Transform(int index, RgbImage image, Span<float> values)
        {
            atOneMoment.Add(Interlocked.Increment(ref decoding));
            wasBroken |= Volatile.Read(ref isComputing);
            Thread.SpinWait(ALittle);
            wasBroken |= Volatile.Read(ref isComputing);
            Interlocked.Decrement(ref decoding);
        }
    }

    [TestMethod]
    public void ABatchOfBadImagesIsEmpty()
    {
        var batch = ImageBatches.Read([new NumberedImage(0, IsBad: true)], Options(4, 2), FirstByte).Single();

        Assert.AreEqual(0, batch.Count);
        Assert.AreEqual(1, batch.Bad.Count);
    }

    [TestMethod]
    public void AStreamIsReadOnlyAFewBatchesAhead()
    {
        var taken = 0;
        IEnumerable<ImageItem> Items()
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                taken++;
                yield return new NumberedImage(i);
            }
        }
        using var batches = ImageBatches.Read(Items(), Options(10, 4), FirstByte).GetEnumerator();

        for (var i = 0; i < 5; i++)
        {
            Assert.IsTrue(batches.MoveNext());
            batches.Current.Dispose();
        }

        Assert.IsLessThanOrEqualTo((5 + 3) * 10, taken);
    }

    [TestMethod]
    public void NothingIsReadBeforeTheFirstBatchIsAskedFor()
    {
        var batches = ImageBatches.Read(
            Enumerable.Range(0, 1).Select<int, ImageItem>(_ => throw new AssertFailedException("read")), Options(10, 4), FirstByte);

        // Nor when the reader gets ready.
        batches.GetEnumerator().Dispose();
    }

    [TestMethod]
    public void StoppingEarlyEndsTheThreads()
    {
        var threads = new ConcurrentDictionary<Thread, bool>();
        var items = Enumerable.Range(0, 1000).Select(i => new NumberedImage(i));

        ImageBatches.Read(items, Options(4, 3), (_, _, _) => threads[Thread.CurrentThread] = true).First().Dispose();

        Assert.IsTrue(threads.Keys.All(thread => !thread.IsAlive));
    }

    [TestMethod]
    public void TheThreadsEndWithTheImagesWhenNobodyStopsThem()
    {
        var threads = new ConcurrentDictionary<Thread, bool>();
        var items = Enumerable.Range(0, 10).Select(i => new NumberedImage(i));
        var batches = ImageBatches.Read(items, Options(4, 3), (_, _, _) => threads[Thread.CurrentThread] = true).GetEnumerator();

        // Three batches are read ahead, which is all; nobody asks for the others or disposes of anything.
        Assert.IsTrue(batches.MoveNext());

        foreach (var thread in threads.Keys)
            Assert.IsTrue(thread.Join(TimeSpan.FromSeconds(60)));
    }

    [TestMethod]
    public void ImagesAreDecodedOnSeveralThreadsAtOnce()
    {
        using var meeting = new Barrier(3);
        var items = Enumerable.Range(0, 3).Select(i => new NumberedImage(i));

        // Each image waits for the two others, so one thread alone would never get past the first.
        var batch = ImageBatches.Read(
            items, Options(3, 3), (_, _, _) => Assert.IsTrue(meeting.SignalAndWait(TimeSpan.FromSeconds(60)))).Single();

        Assert.AreEqual(3, batch.Count);
    }

    [TestMethod]
    public void AMistakeInTheTransformIsThrown()
    {
        var items = Enumerable.Range(0, 20).Select(i => new NumberedImage(i));

        var error = Assert.ThrowsExactly<NotSupportedException>(() =>
            ImageBatches.Read(items, Options(4, 2), (index, _, _) => throw new NotSupportedException("wrong")).Count());

        Assert.AreEqual("wrong", error.Message);
    }

    [TestMethod]
    public void CancelingEndsTheReading()
    {
        using var cancellation = new CancellationTokenSource();
        var items = Enumerable.Range(0, 1000).Select(i => new NumberedImage(i));
        using var batches = ImageBatches.Read(items, Options(4, 2) with { CancellationToken = cancellation.Token }, FirstByte)
            .GetEnumerator();
        Assert.IsTrue(batches.MoveNext());

        cancellation.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            while (batches.MoveNext())
            {
            }
        });
    }

    [TestMethod]
    public void PixelsOfADisposedBatchAreRefused()
    {
        var batch = ImageBatches.Read([new NumberedImage(0)], Options(4, 2), FirstByte).Single();

        batch.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => batch.Pixels);
    }

    private static ImageBatchOptions Options(int batchSize, int threads) => new(batchSize, ItemLength: 12, threads, new(100));

    private static void FirstByte(int index, RgbImage image, Span<float> pixels) => pixels[0] = image.Pixels[0];

    private sealed record NumberedImage(int Number, bool IsBad = false) : ImageItem
    {
        public override string Origin => $"image {Number}";

        public override RgbImage Decode(DecodeOptions options) =>
            IsBad ? throw new InvalidDataException($"'{Origin}': broken") : PatternImages.Plain(1, 1, (byte)Number, 0, 0);
    }
}
