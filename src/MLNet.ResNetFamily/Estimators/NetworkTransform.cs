using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>Applies a network to the image column of data: what both transformers have in common. Owns the network.</summary>
internal sealed class NetworkTransform : IDisposable
{
    private readonly IHostEnvironment _environment;
    private readonly IScoredNetwork _network;
    private readonly string _family;
    private readonly RefCounted _use;
    private readonly OutputActivation _activation;
    private readonly int _width;
    private readonly string? _imageColumnName;
    private readonly Func<DataViewSchema, ScoringOptions, IReadOnlyList<OutputColumn>> _makeOutputs;
    private readonly Lock _lock = new();
    private ScoringOptions _scoring = new();
    // Each lives until the end: cursors and prediction engines may still use it.
    private readonly Dictionary<EngineChoice, IInferenceEngine> _engines = [];
    private IInferenceEngine? _engine;
    private bool _isDisposed;

    /// <param name="environment">Where messages go and which GPU to use.</param>
    /// <param name="network">What to apply; from now on it belongs to this object.</param>
    /// <param name="family">Family of the network.</param>
    /// <param name="activation">What makes answers of the outputs.</param>
    /// <param name="width">Numbers that the network gives per image.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="imageColumnName">Where the images are; null for the column that is found by itself.</param>
    /// <param name="makeOutputs">The columns to add, for the schema of the input and the way of scoring.</param>
    public NetworkTransform(
        IHostEnvironment environment, IScoredNetwork network, string family, OutputActivation activation, int width,
        Preprocessing preprocessing, string? imageColumnName, Func<DataViewSchema, ScoringOptions, IReadOnlyList<OutputColumn>> makeOutputs)
    {
        (_environment, _network, _family, _activation, _width) = (environment, network, family, activation, width);
        _use = new(network.Dispose, IInferenceEngine.Disposed);
        (Preprocessing, _imageColumnName, _makeOutputs) = (preprocessing, imageColumnName, makeOutputs);
    }

    public Preprocessing Preprocessing { get; }

    /// <summary>Gives the heatmaps of a batch of prepared images; null for a network that has none.</summary>
    public Func<ArraySegment<float>, float[]>? HeatOf { get; init; }

    public ScoringOptions Scoring
    {
        get => _scoring;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            value.Validate();
            _scoring = value;
        }
    }

    /// <summary>How often the network ran.</summary>
    public long ForwardPassCount => _engines.Values.Sum(engine => engine.ForwardPassCount);

    /// <summary>What computed the network last; null as long as it did not run.</summary>
    public ScoringEngine? EngineInUse => _engine?.Kind;

    /// <summary>What the network computed in last; what is asked for, as long as it did not run.</summary>
    public Precision PrecisionInUse => _engine?.Precision ?? _scoring.Precision;

    public DataViewSchema GetOutputSchema(DataViewSchema input) => Bind(input, _scoring).Output;

    /// <param name="input">The data.</param>
    /// <param name="scoring">How these data are scored; null for <see cref="Scoring"/>, as it is when a cursor is made.</param>
    public IDataView Transform(IDataView input, ScoringOptions? scoring = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        scoring?.Validate();
        return View(input, scoring ?? _scoring, ScorerMaker(scoring));
    }

    /// <summary>Runs another engine over the images of data, as these are scored.</summary>
    /// <returns>The rows.</returns>
    public int RunOver(IDataView input, IInferenceEngine engine)
    {
        var scoring = _scoring with { TestTimeAugmentation = TestTimeAugmentation.None, Heatmap = false };
        var view = View(input, scoring, () => new(new NetworkInference(engine, Preprocessing, _width, scoring), scoring, LogSkipped));
        return view.GetColumn<float[]>(view.Schema[input.Schema.Count]).Count();
    }

    /// <summary>What the network answers to images, in their order; NaN for those that cannot be read.</summary>
    public IEnumerable<float[]> Score(IEnumerable<ImageItem> items)
    {
        var scoring = _scoring with { Heatmap = false, OnBadImage = OnBadImage.Skip, BadImages = null };
        var scorer = new ImageScorer(Inference(scoring), scoring, LogSkipped);
        foreach (var batch in scorer.Score(items, firstRow: 0, (_, _) => true))
        {
            for (var row = batch.FirstRow; batch.Contains(row); row++)
                yield return batch.Row(row).ToArray();
        }
    }

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema input) =>
        new ScoredRowMapper(Bind(input, _scoring), ScorerMaker(isForSingleImages: true));

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            foreach (var engine in _engines.Values)
                engine.Dispose();
            _use.End();
        }
    }

    /// <summary>Keeps the network itself alive, not its scoring form, until the result is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">This object is disposed of.</exception>
    public RefCounted.Use UseNetwork() => _use.Begin();

    /// <summary>The network as it scores.</summary>
    public NetworkInference Inference(ScoringOptions scoring, Func<ArraySegment<float>, float[]>? heatOf = null) =>
        new(Engine(scoring), Preprocessing, _width, scoring, heatOf);

    /// <summary>Writes an image that is skipped to the log of an environment.</summary>
    public static void LogSkipped(IHostEnvironment environment, BadImage image)
    {
        using var channel = environment.Start("Scoring");
        channel.Warning(MessageSensitivity.UserData, $"'{image.Origin}' is skipped: {image.Reason}");
    }

    private ScoredView View(IDataView input, ScoringOptions scoring, Func<ImageScorer> makeScorer)
    {
        var image = ImageColumn.Find(input, _imageColumnName, Preprocessing.Channels);
        return new(input, new ScoredSchema(input.Schema, image, _makeOutputs(input.Schema, scoring)), makeScorer);
    }

    private ScoredSchema Bind(DataViewSchema input, ScoringOptions scoring)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(input, ImageColumn.Find(input, _imageColumnName, Preprocessing.Channels), _makeOutputs(input, scoring));
    }

    // Whether there are heatmaps is settled with the schema; everything else when a cursor is made.
    private Func<ImageScorer> ScorerMaker(ScoringOptions? wanted = null, bool isForSingleImages = false)
    {
        var heatOf = (wanted ?? _scoring).Heatmap && HeatOf is not null ? Heat : (Func<ArraySegment<float>, float[]>?)null;
        return () =>
        {
            var scoring = wanted ?? _scoring;
            if (heatOf is not null)
                scoring = scoring with { TestTimeAugmentation = TestTimeAugmentation.None };
            if (isForSingleImages)
                scoring = scoring with { BatchSize = 1 };
            return new(Inference(scoring, heatOf), scoring, LogSkipped);
        };
    }

    private float[] Heat(ArraySegment<float> pixels)
    {
        using var use = UseNetwork();
        using var modes = TorchModes.Enter();
        return HeatOf!(pixels);
    }

    private IInferenceEngine Engine(ScoringOptions scoring)
    {
        var choice = EngineChoice.For(
            scoring, _network, _family, MLNetInternals.GpuDeviceId(_environment), MLNetInternals.FallbackToCpu(_environment));
        lock (_lock)
        {
            if (_isDisposed)
                throw IInferenceEngine.Disposed();
            if (!_engines.TryGetValue(choice, out var engine))
                _engines.Add(choice, engine = choice.Make(_network, _width, _activation, Log));
            return _engine = engine;
        }
    }

    private void Log(string line)
    {
        using var channel = _environment.Start("Scoring");
        channel.Info(MessageSensitivity.None, line);
    }

    private void LogSkipped(BadImage image) => LogSkipped(_environment, image);
}
