using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The state of a training as a safetensors file: weights, optimizer, average, best epoch and the state of torch's generator as tensors,
/// the rest as JSON in the header's metadata.
/// </summary>
internal static class Checkpoint
{
    private const string HeaderKey = "training";
    private const string RandomKey = "random";
    private const string NetworkPrefix = "network.";
    private const string OptimizerPrefix = "optimizer.";
    private const string AveragePrefix = "average.";
    private const string BestPrefix = "best.";

    /// <summary>Writes a state.</summary>
    /// <param name="path">The file; one that is there is replaced when the new one is complete.</param>
    /// <param name="state">The state.</param>
    /// <param name="fingerprint">What the course of the training depends on.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, TrainingState state, TrainingFingerprint fingerprint)
    {
        var header = new CheckpointHeader
        {
            Fingerprint = fingerprint.Words,
            Epoch = state.Epoch,
            BatchCount = state.BatchCount,
            StepCount = state.StepCount,
            Totals = state.Totals,
            Seconds = state.Seconds,
            LearningRate = state.Optimizer.LearningRate,
            Epochs = state.Epochs,
            BadImages = state.BadImages,
            OptimizerSteps = OptimizerStateDict.StepCounts(state.Optimizer),
            AveragedSteps = state.Average?.StepCount ?? 0,
            BestEpoch = state.Best.Epoch,
            BestValue = state.Best.Value,
        };
        using var random = get_rng_state();
        var metadata = new Dictionary<string, string> { [HeaderKey] = JsonSerializer.Serialize(header, RecordJson.CamelCase) };
        AtomicFile.Write(path, stream => SafetensorsWriter.Write(stream, TensorsOf(state, random), metadata));
    }

    /// <summary>Reads a state into that of a training which has not begun.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">The state.</param>
    /// <param name="fingerprint">What the course of this training depends on.</param>
    /// <exception cref="ArgumentException">The checkpoint is of other options or of other data; the message says what differs.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or a newer library wrote it.</exception>
    public static void Read(string path, TrainingState state, TrainingFingerprint fingerprint)
    {
        using var file = new SafetensorsFile(path);
        var header = HeaderOf(file);
        fingerprint.RequireSame(path, header.Format, header.Fingerprint);

        state.BeginEpoch(header.Epoch);
        (state.BatchCount, state.StepCount, state.Totals, state.Seconds) = (header.BatchCount, header.StepCount, header.Totals,
            header.Seconds);
        state.Optimizer.LearningRate = header.LearningRate;
        state.Epochs.AddRange(header.Epochs);
        state.BadImages.AddRange(header.BadImages);
        if (state.Average is not null)
            state.Average.StepCount = header.AveragedSteps;
        if (header is { BestEpoch: { } epoch, BestValue: { } value })
            state.Best.Set(epoch, value);
        var keys = file.Tensors.Select(tensor => tensor.Key).Where(key => key.StartsWith(OptimizerPrefix, StringComparison.Ordinal));
        OptimizerStateDict.Prepare(state.Optimizer, keys.Select(key => key[OptimizerPrefix.Length..]).ToHashSet(), header.OptimizerSteps);

        using var random = get_rng_state();
        StateLoader.LoadInto(TensorsOf(state, random), file);
        set_rng_state(random);
    }

    private static CheckpointHeader HeaderOf(SafetensorsFile file)
    {
        try
        {
            var json = file.Metadata[HeaderKey];
            using (var document = JsonDocument.Parse(json))
            {
                var format = document.RootElement.GetProperty("format").GetInt32();
                if (format > CheckpointHeader.CurrentFormat)
                {
                    throw new InvalidDataException(
                        $"'{file.Path}': the checkpoint has format {format}, but this version of MLNet.ResNetFamily reads formats up to " +
                        $"{CheckpointHeader.CurrentFormat}. Update MLNet.ResNetFamily, or train anew in another 'CheckpointDirectory'.");
                }
            }
            return JsonSerializer.Deserialize<CheckpointHeader>(json, RecordJson.CamelCase) ?? throw new JsonException("it is null");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"'{file.Path}' is no sound checkpoint of a training: {error.Message} Delete it to go on " +
                "from the checkpoint before.", error);
        }
    }

    private static IEnumerable<(string Key, Tensor Tensor)> TensorsOf(TrainingState state, Tensor random) =>
    [
        .. Prefixed(NetworkPrefix, state.Network.NamedState()),
        .. Prefixed(OptimizerPrefix, OptimizerStateDict.NamedState(state.Optimizer)),
        .. Prefixed(AveragePrefix, state.Average?.NamedState() ?? []),
        .. Prefixed(BestPrefix, state.Best.NamedState()),
        (RandomKey, random),
    ];

    private static IEnumerable<(string Key, Tensor Tensor)> Prefixed(string prefix, IEnumerable<(string Key, Tensor Tensor)> tensors) =>
        tensors.Select(entry => (prefix + entry.Key, entry.Tensor));
}
