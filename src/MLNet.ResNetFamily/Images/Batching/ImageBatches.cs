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
    /// <param name="options">How.</param>
    /// <param name="transform">Writes the values of an item; called on many threads at once.</param>
    public static IEnumerable<ImageBatch> Read(
        IReadOnlyList<ImageItem> items, IReadOnlyList<int> order, ImageBatchOptions options,
        Action<int, RgbImage, Span<float>> transform) =>
        Read(order.Select(index => (index, items[index])), options, transform);

    /// <summary>
    /// The items of a stream, numbered from 0. The stream is read on the thread that asks for batches, and only a few batches ahead.
    /// </summary>
    public static IEnumerable<ImageBatch> Read(
        IEnumerable<ImageItem> items, ImageBatchOptions options, Action<int, RgbImage, Span<float>> transform) =>
        Read(items.Select((item, index) => (index, item)), options, transform);

    /// <summary>Items with a number each; it becomes <see cref="ImageBatch.Indices"/> and is handed to the transform.</summary>
    public static IEnumerable<ImageBatch> Read(
        IEnumerable<(int Index, ImageItem Item)> items, ImageBatchOptions options, Action<int, RgbImage, Span<float>> transform)
    {
        options.Validate();
        return Pump(items, options, transform);
    }

    private static IEnumerable<ImageBatch> Pump(
        IEnumerable<(int Index, ImageItem Item)> items, ImageBatchOptions options, Action<int, RgbImage, Span<float>> transform)
    {
        var (batchSize, threads, cancellationToken) = (options.BatchSize, options.Threads, options.CancellationToken);
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
                    var batch = new PendingBatch(batchItems, options.ItemLength);
                    pending.Enqueue(batch);
                    if (!more && pending.Count == 1 && batchItems.Count == 1)
                    {
                        // A prediction engine asks for one image at a time: no thread is worth its start.
                        batch.Fill(0, options, transform);
                        break;
                    }
                    for (var slot = 0; slot < batchItems.Count; slot++)
                    {
                        work.Add((batch, slot), cancellationToken);
                        if (workers.Count < threads)
                            workers.Add(StartWorker(work, options, transform, workers.Count));
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
        BlockingCollection<(PendingBatch Batch, int Slot)> work, ImageBatchOptions options, Action<int, RgbImage, Span<float>> transform,
        int number)
    {
        var worker = new Thread(() =>
        {
            foreach (var (batch, slot) in work.GetConsumingEnumerable())
                batch.Fill(slot, options, transform);
        }) { IsBackground = true, Name = $"image decoder {number}" };
        worker.Start();
        return worker;
    }
}
