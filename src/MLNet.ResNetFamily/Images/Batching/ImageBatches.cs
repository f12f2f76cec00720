using System.Collections.Concurrent;

namespace MLNet.ResNetFamily;

/// <summary>
/// Decodes and prepares images on several threads, a few batches ahead of the reader, and hands them out in order. What is in memory
/// depends on the batch size and the threads, never on the number of images.
/// </summary>
internal static class ImageBatches
{
    /// <summary>The items of a list in a given order.</summary>
    /// <param name="items">What to read.</param>
    /// <param name="order">Which items, by their place in <paramref name="items"/>; becomes <see cref="ImageBatch.Indices"/>.</param>
    /// <param name="batchSize">Items per batch; the last one may have fewer.</param>
    /// <param name="imageSize">Side S of the network's input.</param>
    /// <param name="transform">Writes the S · S · 3 values of an item, channels side by side; called on many threads at once.</param>
    /// <param name="maxPixels">Largest image that is decoded.</param>
    /// <param name="threads">Threads that decode.</param>
    /// <param name="cancellationToken">Ends the reading with an <see cref="OperationCanceledException"/>.</param>
    /// <param name="shorterSide">Shorter side that images are decoded at, at least; larger ones may be decoded smaller (<see cref="ImageItem.Decode(long, int)"/>).</param>
    public static IEnumerable<ImageBatch> Read(
        IReadOnlyList<ImageItem> items, IReadOnlyList<int> order, int batchSize, int imageSize,
        Action<int, RgbImage, Span<float>> transform, long maxPixels, int threads, CancellationToken cancellationToken, int shorterSide = int.MaxValue) =>
        Read(order.Select(index => (index, items[index])), batchSize, imageSize, transform, maxPixels, threads, cancellationToken, shorterSide);

    /// <summary>
    /// The items of a stream, numbered from 0. The stream is read on the thread that asks for batches, and only a few batches ahead.
    /// Each item gives <paramref name="views"/> network inputs, one after the other. With <paramref name="turns"/> nothing is decoded while
    /// the network has its turn.
    /// </summary>
    public static IEnumerable<ImageBatch> Read(
        IEnumerable<ImageItem> items, int batchSize, int imageSize,
        Action<int, RgbImage, Span<float>> transform, long maxPixels, int threads, CancellationToken cancellationToken, int shorterSide = int.MaxValue, int views = 1,
        DecodeComputeGate? turns = null) =>
        Read(items.Select((item, index) => (index, item)), batchSize, imageSize, transform, maxPixels, threads, cancellationToken, shorterSide, views, turns);

    private static IEnumerable<ImageBatch> Read(
        IEnumerable<(int Index, ImageItem Item)> items, int batchSize, int imageSize,
        Action<int, RgbImage, Span<float>> transform, long maxPixels, int threads, CancellationToken cancellationToken, int shorterSide, int views = 1,
        DecodeComputeGate? turns = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        return Pump(items, batchSize, checked(3 * imageSize * imageSize * views), transform, maxPixels, threads, cancellationToken, shorterSide, turns);
    }

    private static IEnumerable<ImageBatch> Pump(
        IEnumerable<(int Index, ImageItem Item)> items, int batchSize, int imageLength,
        Action<int, RgbImage, Span<float>> transform, long maxPixels, int threads, CancellationToken cancellationToken, int shorterSide, DecodeComputeGate? turns)
    {
        // One batch is being read, the next one waits, and with small batches there is still work for every thread.
        var ahead = 1 + Math.Max(1, (2 * threads + batchSize - 1) / batchSize);
        using var work = new BlockingCollection<(PendingBatch Batch, int Slot)>();
        var pending = new Queue<PendingBatch>();
        var workers = new List<Thread>();
        using var source = items.GetEnumerator();
        try
        {
            var more = true;
            while (true)
            {
                while (more && pending.Count < ahead)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var batchItems = new List<(int Index, ImageItem Item)>();
                    while (batchItems.Count < batchSize && (more = source.MoveNext()))
                        batchItems.Add(source.Current);
                    if (batchItems.Count == 0)
                        break;
                    var batch = new PendingBatch(batchItems, imageLength);
                    pending.Enqueue(batch);
                    if (!more && pending.Count == 1 && batchItems.Count == 1)
                    {
                        // A prediction engine asks for one image at a time: no thread is worth its start.
                        batch.Fill(0, transform, maxPixels, shorterSide, turns);
                        break;
                    }
                    for (var slot = 0; slot < batchItems.Count; slot++)
                    {
                        work.Add((batch, slot), cancellationToken);
                        if (workers.Count < threads)
                            workers.Add(StartWorker(work, transform, maxPixels, shorterSide, workers.Count, turns));
                    }
                }
                // The threads end with their work, even when the last batch is never asked for.
                if (!more)
                    work.CompleteAdding();
                if (pending.Count == 0)
                    yield break;
                pending.Peek().Wait(cancellationToken);
                yield return pending.Dequeue().Finish();
            }
        }
        finally
        {
            // A reader that stops early does not wait for work that was only queued.
            work.CompleteAdding();
            while (work.TryTake(out _)) { }
            foreach (var worker in workers)
                worker.Join();
            foreach (var batch in pending)
                batch.Release();
        }
    }

    private static Thread StartWorker(
        BlockingCollection<(PendingBatch Batch, int Slot)> work, Action<int, RgbImage, Span<float>> transform, long maxPixels, int shorterSide, int number,
        DecodeComputeGate? turns)
    {
        var worker = new Thread(() =>
        {
            foreach (var (batch, slot) in work.GetConsumingEnumerable())
                batch.Fill(slot, transform, maxPixels, shorterSide, turns);
        }) { IsBackground = true, Name = $"image decoder {number}" };
        worker.Start();
        return worker;
    }
}
