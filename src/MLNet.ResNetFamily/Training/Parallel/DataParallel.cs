using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// One process's part in a training by several. Whatever changes the training is agreed on, so that all stay alike to the bit.
/// </summary>
internal sealed class DataParallel : IDisposable
{
    private readonly ITransport _transport;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _agreed = new();
    private readonly List<FoundBadImage> _found = [];
    private readonly int _fewestImages;
    private FoldableBatchNorm[] _sharedNorms = [];
    private GradientSum? _gradients;

    private DataParallel(ITransport transport, TrainingOptions options)
    {
        (_transport, _asked) = (transport, options.CancellationToken);
        SharesNorms = options.SyncBatchNorm;
        _fewestImages = SharesNorms ? 1 : Math.Min(2, options.BatchSize);
    }

    /// <summary>The processes that the options name; null where this one is alone.</summary>
    /// <param name="options">The options.</param>
    /// <param name="device">Where the network is; gradients on a GPU are added up by NCCL.</param>
    public static DataParallel? For(TrainingOptions options, Device device)
    {
        if (options.Distributed is not { ProcessCount: > 1 } processes)
            return null;
        return new(
            device.type == TorchSharp.DeviceType.CUDA
                ? new NcclTransport(processes.Transport, NcclLibrary.Load(), device.index)
                : processes.Transport, options);
    }

    public int ProcessCount => _transport.Size;

    /// <summary>Whether batch normalization learns from the images of all processes together.</summary>
    public bool SharesNorms { get; }

    /// <summary>Whether the present exception ends the training in every process by itself.</summary>
    public bool HasAgreed { get; private set; }

    /// <summary>The options for this process: the first one alone writes, and what cancels them is what all have agreed on.</summary>
    public TrainingOptions OptionsOf(TrainingOptions options) => _transport.Rank == 0
        ? options with { CancellationToken = _agreed.Token }
        : options with
        {
            CancellationToken = _agreed.Token,
            CheckpointDirectory = null,
            Resume = false,
            LogDirectory = null,
            Progress = null,
            StepProgress = null,
        };

    /// <summary>Makes sure that all train the same, and gives everybody the weights of the first.</summary>
    /// <exception cref="ArgumentException">This process has other options or data.</exception>
    /// <exception cref="OperationCanceledException">One of them was canceled.</exception>
    public void Begin(TrainingState state, TrainingFingerprint fingerprint)
    {
        var first = _transport.FirstText(JsonSerializer.Serialize(fingerprint.Words));
        fingerprint.RequireSameAsFirst(_transport.Rank, JsonSerializer.Deserialize<Dictionary<string, string>>(first)!);
        AgreeToStop(_transport.Sum(IsAsked)[0]);
        if (_agreed.IsCancellationRequested)
            throw Agreed(new OperationCanceledException(_agreed.Token));
        // The average began with the weights that each process had.
        foreach (var (_, tensor) in state.Network.NamedState().Concat(state.Average?.NamedState() ?? []))
            _transport.BroadcastFirst(tensor);
        if (!SharesNorms)
            return;
        _sharedNorms = [.. state.Network.modules().Concat(state.MixedPrecision?.Twin.modules() ?? []).OfType<FoldableBatchNorm>()];
        foreach (var norm in _sharedNorms)
            norm.Processes = _transport;
    }

    /// <summary>Gives everybody the checkpoint of the first.</summary>
    /// <param name="path">Its path in the first process; null for none.</param>
    /// <returns>A copy; null in the first process and where there is none.</returns>
    public TemporaryFile? Checkpoint(string? path) => _transport.FirstFile(path);

    /// <summary>Prepares for an epoch: what learns in it is what is added up.</summary>
    public void BeginEpoch(TrainingState state, Device device)
    {
        _gradients?.Dispose();
        var norms = state.Network.modules().OfType<BatchNorm>().Where(norm => norm.training && !SharesNorms);
        _gradients = new(
            _transport, state.Optimizer.Parameters.Where(parameter => parameter.requires_grad),
            norms.SelectMany(norm => new[] { norm.running_mean!, norm.running_var! }), device);
    }

    /// <summary>This process's parts of an epoch's batches, one for each, also where it has no images.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="order">The batches of all processes.</param>
    /// <param name="first">Number of the batch to begin with.</param>
    /// <param name="epoch">Number of the epoch.</param>
    public IEnumerable<ITrainingBatch> Read(IDataset dataset, EpochSampler order, int first, int epoch)
    {
        // All batches but the last have one size, and so have their parts.
        var last = Math.Max(first, order.Indices.Length / order.BatchSize);
        return Run(first, last).Concat(Run(last, order.BatchCount));

        IEnumerable<ITrainingBatch> Run(int from, int to)
        {
            var parts = Enumerable.Range(from, Math.Max(0, to - from)).Select(PartOf).ToArray();
            var size = parts.FirstOrDefault()?.Length ?? 0;
            return size == 0 ? parts.Select(_ => new NoImages()) : dataset.Read([.. parts.SelectMany(part => part)], size, epoch);
        }

        int[] PartOf(int batch)
        {
            var start = batch * order.BatchSize;
            var part = BatchPart.Of(
                Math.Min(order.BatchSize, order.Indices.Length - start), _transport.Rank, _transport.Size, _fewestImages);
            return order.Indices[(start + part.First)..(start + part.First + part.Count)];
        }
    }

    /// <summary>This process's part of the images to measure with.</summary>
    public IReadOnlyList<int> PartOf(IReadOnlyList<int> indices) =>
        [.. indices.Where((_, place) => place % _transport.Size == _transport.Rank)];

    /// <summary>Averages the gradients, and agrees on everything else that a step may bring.</summary>
    /// <param name="own">What this process adds.</param>
    /// <param name="leaveOut">Is told, in every process, of the images that any of them found broken.</param>
    /// <returns>The sums over all processes.</returns>
    public StepSums Exchange(StepSums own, Action<FoundBadImage> leaveOut)
    {
        var sums = _gradients!.Of(own with { StopCount = IsAsked, BadImageCount = _found.Count });
        if (sums.BadImageCount > 0)
            ShareBadImages(leaveOut);
        AgreeToStop(sums.StopCount);
        return sums;
    }

    /// <summary>Adds up what every process measured.</summary>
    public void Sum(ValidationTotals totals) => totals.Exchange(values => _transport.AllReduceSum(values));

    /// <summary>Agrees, outside of steps, as <see cref="Exchange"/> does.</summary>
    public void Agree(Action<FoundBadImage> leaveOut)
    {
        var sums = _transport.Sum(_found.Count, IsAsked);
        if (sums[0] > 0)
            ShareBadImages(leaveOut);
        AgreeToStop(sums[1]);
    }

    /// <summary>Notes an image that cannot be read, to tell the others at the next step.</summary>
    public void Found(FoundBadImage image) => _found.Add(image);

    /// <summary>Marks an exception that every process throws at this point.</summary>
    public T Agreed<T>(T error) where T : Exception
    {
        HasAgreed = true;
        return error;
    }

    /// <summary>Ends all processes because of an error of this one, for whom they would wait for ever.</summary>
    public void Abort(Exception error) => _transport.Abort(
        error is IOException or InvalidDataException or ArgumentException or InvalidOperationException or OperationCanceledException
            ? error.Message
            : error.ToString());

    public void Dispose()
    {
        _gradients?.Dispose();
        _agreed.Dispose();
        (_transport as NcclTransport)?.Dispose();
        foreach (var norm in _sharedNorms)
            norm.Processes = null;
    }

    private int IsAsked => _asked.IsCancellationRequested ? 1 : 0;

    private void AgreeToStop(double askedCount)
    {
        if (askedCount == 0 || _agreed.IsCancellationRequested)
            return;
        HasAgreed = true;
        _agreed.Cancel();
    }

    private void ShareBadImages(Action<FoundBadImage> leaveOut)
    {
        var all = _transport.Gather(JsonSerializer.Serialize(_found, RecordJson.CamelCase));
        _found.Clear();
        foreach (var found in all.SelectMany(text => JsonSerializer.Deserialize<List<FoundBadImage>>(text, RecordJson.CamelCase)!))
            leaveOut(found);
    }
}
