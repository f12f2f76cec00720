using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Applies a network to the image column of data: what both transformers have in common. Owns the network.</summary>
internal sealed class NetworkTransform : IDisposable
{
    private readonly IHostEnvironment _environment;
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly RefCounted _use;
    private readonly bool _givesLogits;
    private readonly int _width;
    private readonly string? _imageColumnName;
    private readonly Func<DataViewSchema, ScoringOptions, IReadOnlyList<OutputColumn>> _makeOutputs;
    private readonly Lock _lock = new();
    private ScoringOptions _scoring = new();
    private readonly List<InferenceEngine> _forms = [];
    private InferenceEngine? _form;
    private bool _isDisposed;

    /// <param name="environment">Where messages go and which GPU to use.</param>
    /// <param name="network">What to apply.</param>
    /// <param name="owner">What is disposed of with this object: the network, or what it is part of.</param>
    /// <param name="givesLogits">Whether the network ends in logits, which become probabilities.</param>
    /// <param name="width">Numbers that the network gives per image.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="imageColumnName">Where the images are; null for the column that is found by itself.</param>
    /// <param name="makeOutputs">The columns to add, for the schema of the input and the way of scoring.</param>
    public NetworkTransform(
        IHostEnvironment environment, nn.Module<Tensor, Tensor> network, IDisposable owner, bool givesLogits, int width,
        Preprocessing preprocessing, string? imageColumnName, Func<DataViewSchema, ScoringOptions, IReadOnlyList<OutputColumn>> makeOutputs)
    {
        (_environment, _network, _givesLogits, _width) = (environment, network, givesLogits, width);
        _use = new(owner.Dispose, InferenceEngine.Disposed);
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
    public long ForwardPassCount => _forms.Sum(form => form.ForwardPassCount);

    /// <summary>What the network computed in last; what is asked for, as long as it did not run.</summary>
    public Precision PrecisionInUse => _form?.Precision ?? _scoring.Precision;

    public DataViewSchema GetOutputSchema(DataViewSchema input) => Bind(input, _scoring).Output;

    /// <param name="input">The data.</param>
    /// <param name="scoring">How these data are scored; null for <see cref="Scoring"/>, as it is when a cursor is made.</param>
    public IDataView Transform(IDataView input, ScoringOptions? scoring = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        scoring?.Validate();
        var image = ImageColumn.Find(input, _imageColumnName);
        var schema = new ScoredSchema(input.Schema, image, _makeOutputs(input.Schema, scoring ?? _scoring));
        return new ScoredView(input, schema, ScorerMaker(scoring));
    }

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema input) => new ScoredRowMapper(Bind(input, _scoring), ScorerMaker());

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _forms.ForEach(form => form.Dispose());
            _use.End();
        }
    }

    /// <summary>Keeps the network itself alive, not its scoring form, until the result is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">This object is disposed of.</exception>
    public RefCounted.Use UseNetwork() => _use.Begin();

    private ScoredSchema Bind(DataViewSchema input, ScoringOptions scoring)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(input, ImageColumn.Find(input, _imageColumnName), _makeOutputs(input, scoring));
    }

    // Whether there are heatmaps is settled with the schema; everything else when a cursor is made.
    private Func<ImageScorer> ScorerMaker(ScoringOptions? wanted = null)
    {
        var heatOf = (wanted ?? _scoring).Heatmap && HeatOf is not null ? Heat : (Func<ArraySegment<float>, float[]>?)null;
        return () =>
        {
            var scoring = wanted ?? _scoring;
            if (heatOf is not null)
                scoring = scoring with { TestTimeAugmentation = TestTimeAugmentation.None };
            return new(Form(scoring), Preprocessing, _width, scoring, LogSkipped, heatOf);
        };
    }

    private float[] Heat(ArraySegment<float> pixels)
    {
        using var use = UseNetwork();
        using var modes = TorchModes.Enter();
        return HeatOf!(pixels);
    }

    private InferenceEngine Form(ScoringOptions scoring)
    {
        var device = scoring.Device.Resolve(MLNetInternals.GpuDeviceId(_environment), MLNetInternals.FallbackToCpu(_environment));
        lock (_lock)
        {
            if (_isDisposed)
                throw InferenceEngine.Disposed();
            if (_form is null || !_form.Is(device, scoring.Precision))
            {
                // A form that cursors or prediction engines still use goes on living with them.
                using var modes = TorchModes.Enter();
                _form = new(_network, device, scoring.Precision, _givesLogits, Log);
                _forms.Add(_form);
            }
            return _form;
        }
    }

    private void Log(string line)
    {
        using var channel = _environment.Start("Scoring");
        channel.Info(MessageSensitivity.None, line);
    }

    private void LogSkipped(BadImage image)
    {
        using var channel = _environment.Start("Scoring");
        channel.Warning(MessageSensitivity.UserData, $"'{image.Origin}' is skipped: {image.Reason}");
    }
}
