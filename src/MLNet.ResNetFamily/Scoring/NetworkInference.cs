namespace MLNet.ResNetFamily;

/// <summary>One network: its answers are averaged over the views that it is shown of each image.</summary>
internal sealed class NetworkInference : IImageInference
{
    private readonly IInferenceEngine _engine;
    private readonly TestTimeViews _views;
    private readonly int _imageSize, _answerWidth;
    private readonly int? _threads;
    private readonly Func<ArraySegment<float>, float[]>? _heatOf;

    /// <param name="engine">The network.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="width">Numbers that the network answers per image.</param>
    /// <param name="options">How to score.</param>
    /// <param name="heatOf">
    /// Gives the heatmap of each image, side by side of the network's input, which then follows its answer; null for none.
    /// </param>
    public NetworkInference(
        IInferenceEngine engine, Preprocessing preprocessing, int width, ScoringOptions options,
        Func<ArraySegment<float>, float[]>? heatOf = null)
    {
        (_engine, _answerWidth, _threads, _heatOf) = (engine, width, options.Threads, heatOf);
        _imageSize = preprocessing.ImageSize;
        _views = new(preprocessing, options.TestTimeAugmentation);
        Decoding = DecodeOptions.For(preprocessing, options.MaxPixels, _views.ShorterSide);
        Width = width + (heatOf is null ? 0 : _imageSize * _imageSize);
    }

    /// <inheritdoc/>
    public int ViewCount => _views.Count;

    /// <inheritdoc/>
    public int ItemLength => checked(_views.Count * Decoding.Channels * _imageSize * _imageSize);

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public DecodeOptions Decoding { get; }

    /// <inheritdoc/>
    public bool IsOnProcessor => _engine.IsOnProcessor;

    /// <inheritdoc/>
    public void Write(RgbImage image, Span<float> values) => _views.Write(image, values);

    /// <inheritdoc/>
    public RgbImage Needed(RgbImage image) => _views.Needed(image);

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> items)
    {
        var answers = MeanOverViews(items);
        if (_heatOf is null)
            return answers;
        var heat = _heatOf(items);
        var heatWidth = Width - _answerWidth;
        var both = new float[answers.Length / _answerWidth * Width];
        for (var i = 0; i < both.Length / Width; i++)
        {
            answers.AsSpan(i * _answerWidth, _answerWidth).CopyTo(both.AsSpan(i * Width));
            heat.AsSpan(i * heatWidth, heatWidth).CopyTo(both.AsSpan((i * Width) + _answerWidth));
        }
        return both;
    }

    private float[] MeanOverViews(ArraySegment<float> items)
    {
        var answers = _engine.Run(items, _imageSize, _threads, Decoding.Channels);
        var views = _views.Count;
        if (views == 1)
            return answers;
        var means = new float[answers.Length / views];
        for (var i = 0; i < answers.Length; i++)
            means[(i / (_answerWidth * views) * _answerWidth) + (i % _answerWidth)] += answers[i] / views;
        return means;
    }
}
