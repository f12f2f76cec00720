using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>Images in, the network's answers out: decodes on worker threads while the network runs, and runs it once per batch.</summary>
internal sealed class ImageScorer
{
    private readonly IInferenceEngine _engine;
    private readonly TestTimeViews _views;
    private readonly int _imageSize, _answerWidth, _width;
    private readonly ScoringOptions _options;
    private readonly Action<BadImage> _logSkipped;
    private readonly Func<ArraySegment<float>, float[]>? _heatOf;

    /// <param name="engine">The network.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="width">Numbers that the network answers per image.</param>
    /// <param name="options">How to score.</param>
    /// <param name="logSkipped">Writes an image that is skipped to the log.</param>
    /// <param name="heatOf">
    /// Gives the heatmap of each image, side by side of the network's input, which then follows its answer; null for none.
    /// </param>
    public ImageScorer(
        IInferenceEngine engine, Preprocessing preprocessing, int width, ScoringOptions options, Action<BadImage> logSkipped,
        Func<ArraySegment<float>, float[]>? heatOf = null)
    {
        (_engine, _answerWidth, _options, _logSkipped, _heatOf) = (engine, width, options, logSkipped, heatOf);
        _width = width + (heatOf is null ? 0 : preprocessing.ImageSize * preprocessing.ImageSize);
        _views = new(preprocessing, options.TestTimeAugmentation);
        _imageSize = preprocessing.ImageSize;
    }

    /// <summary>Scores a stream. Memory depends on the batch size and the threads, not on the stream's length.</summary>
    /// <param name="items">Read on the calling thread, a few batches ahead.</param>
    /// <param name="firstRow">Number of the first item's row.</param>
    /// <param name="isWanted">
    /// Whether anybody wants the rows of a batch, given the first row and the count; the network runs only then.
    /// </param>
    public IEnumerable<ScoredBatch> Score(IEnumerable<ImageItem> items, long firstRow, Func<long, int, bool> isWanted)
    {
        var threads = _options.Threads ?? Environment.ProcessorCount;
        // Where the network computes elsewhere, the next batch is decoded meanwhile.
        var turns = _engine.IsOnProcessor ? new DecodeComputeGate() : null;
        var reading = new ImageBatchOptions(Math.Max(1, _options.BatchSize / _views.Count), _imageSize, threads, _options.MaxPixels)
        {
            ShorterSide = _views.ShorterSide,
            Views = _views.Count,
            Gate = turns,
        };
        foreach (var batch in ImageBatches.Read(items.Select(Small), reading, (_, image, values) => _views.Write(image, values)))
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
        var length = _views.Count * 3 * _imageSize * _imageSize;
        var pixels = ArrayPool<float>.Shared.Rent(length);
        try
        {
            using (var image = item.Decode(_options.MaxPixels, _views.ShorterSide))
                _views.Write(image, pixels.AsSpan(0, length));
            return new(row, 1, Run(new(pixels, 0, length)), new Dictionary<long, BadImage>());
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
        if (_options.OnBadImage == OnBadImage.Throw && batch.Bad.TryGetValue(row, out var bad))
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
            var answers = Run(batch.PixelSegment);
            for (var i = 0; i < batch.Count; i++)
                answers.AsSpan(i * _width, _width).CopyTo(values.AsSpan((batch.Indices[i] - firstIndex) * _width));
        }
        var bad = new Dictionary<long, BadImage>();
        foreach (var (index, image) in batch.BadIndices.Zip(batch.Bad))
        {
            bad.Add(firstRow + index - firstIndex, image);
            Report(image);
        }
        return new(firstRow, rowCount, values, bad);
    }

    private float[] Run(ArraySegment<float> pixels)
    {
        var answers = MeanOverViews(pixels);
        if (_heatOf is null)
            return answers;
        var heat = _heatOf(pixels);
        var heatWidth = _width - _answerWidth;
        var both = new float[answers.Length / _answerWidth * _width];
        for (var i = 0; i < both.Length / _width; i++)
        {
            answers.AsSpan(i * _answerWidth, _answerWidth).CopyTo(both.AsSpan(i * _width));
            heat.AsSpan(i * heatWidth, heatWidth).CopyTo(both.AsSpan((i * _width) + _answerWidth));
        }
        return both;
    }

    private float[] MeanOverViews(ArraySegment<float> pixels)
    {
        var answers = _engine.Run(pixels, _imageSize, _options.Threads);
        var views = _views.Count;
        if (views == 1)
            return answers;
        var means = new float[answers.Length / views];
        for (var i = 0; i < answers.Length; i++)
            means[(i / (_answerWidth * views) * _answerWidth) + (i % _answerWidth)] += answers[i] / views;
        return means;
    }

    /// <summary>
    /// An image that is decoded already is cut to what the network sees at once: a few batches of large ones would fill the memory.
    /// </summary>
    private ImageItem Small(ImageItem item)
    {
        if (item is not DecodedImage { Image: var image } decoded || (image.Width == _imageSize && image.Height == _imageSize))
            return item;
        using (image)
            return decoded with { Image = _views.Needed(image) };
    }

    private void Report(BadImage bad)
    {
        if (_options.OnBadImage != OnBadImage.Skip)
            return;
        _logSkipped(bad);
        _options.BadImages?.Report(bad);
    }

    private float[] NotANumbers(int rowCount)
    {
        var values = new float[rowCount * _width];
        Array.Fill(values, float.NaN);
        return values;
    }
}
