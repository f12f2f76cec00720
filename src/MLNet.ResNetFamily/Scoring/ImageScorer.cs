using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>Images in, answers out: decodes on worker threads while the network runs, and runs it once per batch.</summary>
/// <param name="inference">What answers.</param>
/// <param name="options">How to score.</param>
/// <param name="logSkipped">Writes an image that is skipped to the log.</param>
internal sealed class ImageScorer(IImageInference inference, ScoringOptions options, Action<BadImage> logSkipped)
{
    /// <summary>Scores a stream. Memory depends on the batch size and the threads, not on the stream's length.</summary>
    /// <param name="items">Read on the calling thread, a few batches ahead.</param>
    /// <param name="firstRow">Number of the first item's row.</param>
    /// <param name="isWanted">
    /// Whether anybody wants the rows of a batch, given the first row and the count; the network runs only then.
    /// </param>
    public IEnumerable<ScoredBatch> Score(IEnumerable<ImageItem> items, long firstRow, Func<long, int, bool> isWanted)
    {
        var threads = options.Threads ?? Environment.ProcessorCount;
        // Where the network computes elsewhere, the next batch is decoded meanwhile.
        var turns = inference.IsOnProcessor ? new DecodeComputeGate() : null;
        var batchSize = Math.Max(1, options.BatchSize / inference.ViewCount);
        var reading = new ImageBatchOptions(batchSize, inference.ItemLength, threads, inference.Decoding) { Gate = turns };
        foreach (var batch in ImageBatches.Read(items.Select(Small), reading, (_, image, values) => inference.Write(image, values)))
        {
            using (batch)
            {
                var rowCount = batch.Indices.Length + batch.BadIndices.Length;
                if (isWanted(firstRow, rowCount))
                {
                    ScoredBatch scored;
                    using (turns?.Compute())
                        scored = Score(batch, firstRow, rowCount);
                    yield return scored;
                }
                firstRow += rowCount;
            }
        }
    }

    /// <summary>Scores one image on the calling thread.</summary>
    /// <param name="item">The image.</param>
    /// <param name="row">Number of its row.</param>
    public ScoredBatch Score(ImageItem item, long row)
    {
        var length = inference.ItemLength;
        var pixels = ArrayPool<float>.Shared.Rent(length);
        try
        {
            using (var image = item.Decode(inference.Decoding))
                inference.Write(image, pixels.AsSpan(0, length));
            return new(row, 1, inference.Run(new(pixels, 0, length)), new Dictionary<long, BadImage>());
        }
        catch (InvalidDataException error)
        {
            var bad = BadImage.From(item.Origin, error);
            Report(bad);
            return new(row, 1, NotANumbers(1), new Dictionary<long, BadImage> { [row] = bad });
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    /// <summary>What a row is answered whose image could not be read: an exception, unless such images are skipped.</summary>
    public void ThrowIfBad(ScoredBatch batch, long row)
    {
        if (options.OnBadImage == OnBadImage.Throw && batch.Bad.TryGetValue(row, out var bad))
        {
            throw new InvalidDataException(
                $"'{bad.Origin}': {bad.Reason} Remove the row, or set the scoring option OnBadImage to Skip, " +
                "which gives it scores of NaN.");
        }
    }

    private ScoredBatch Score(ImageBatch batch, long firstRow, int rowCount)
    {
        // The items are numbered from 0 over the whole stream; one batch has consecutive numbers.
        var firstIndex = batch.Indices.Concat(batch.BadIndices).Min();
        var values = NotANumbers(rowCount);
        if (batch.Count > 0)
        {
            var (answers, width) = (inference.Run(batch.PixelSegment), inference.Width);
            for (var i = 0; i < batch.Count; i++)
                answers.AsSpan(i * width, width).CopyTo(values.AsSpan((batch.Indices[i] - firstIndex) * width));
        }
        var bad = new Dictionary<long, BadImage>();
        foreach (var (index, image) in batch.BadIndices.Zip(batch.Bad))
        {
            bad.Add(firstRow + index - firstIndex, image);
            Report(image);
        }
        return new(firstRow, rowCount, values, bad);
    }

    /// <summary>
    /// An image that is decoded already is cut to what the network sees at once: a few batches of large ones would fill the memory.
    /// </summary>
    private ImageItem Small(ImageItem item)
    {
        if (item is not DecodedImage { Image: var image } decoded)
            return item;
        using var adapted = decoded.Decode(inference.Decoding);
        var needed = inference.Needed(adapted);
        // A view has no pixels of its own.
        if (needed.Pixels == adapted.Pixels)
            return item;
        image.Dispose();
        return decoded with { Image = needed };
    }

    private void Report(BadImage bad)
    {
        if (options.OnBadImage != OnBadImage.Skip)
            return;
        logSkipped(bad);
        options.BadImages?.Report(bad);
    }

    private float[] NotANumbers(int rowCount)
    {
        var values = new float[rowCount * inference.Width];
        Array.Fill(values, float.NaN);
        return values;
    }
}
