using System.Diagnostics;

namespace MLNet.ResNetFamily;

/// <summary>The folder where a training keeps its checkpoints, and when it does so.</summary>
internal sealed class CheckpointFolder
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";

    private readonly string _path;
    private readonly TrainingOptions _options;
    private readonly TrainingFingerprint _fingerprint;
    private Stopwatch _sinceLast = Stopwatch.StartNew();

    private CheckpointFolder(string path, TrainingOptions options, TrainingFingerprint fingerprint) =>
        (_path, _options, _fingerprint) = (path, options, fingerprint);

    /// <summary>The newest checkpoint; null where there is none.</summary>
    public string? Newest => Files().LastOrDefault();

    /// <summary>Opens the folder that the options name; null where it names none.</summary>
    /// <param name="options">The options.</param>
    /// <param name="fingerprint">What the course of the training depends on.</param>
    /// <exception cref="IOException">
    /// The folder cannot be made, or holds checkpoints of an earlier training that is not to be resumed.
    /// </exception>
    public static CheckpointFolder? Open(TrainingOptions options, TrainingFingerprint fingerprint)
    {
        if (options.CheckpointDirectory is not { } path)
            return null;
        Directory.CreateDirectory(path);
        var folder = new CheckpointFolder(path, options, fingerprint);
        if (!options.Resume && folder.Newest is { } found)
        {
            throw new IOException(
                $"'{found}': the folder holds a checkpoint of an earlier training. Set 'Resume' to go on with that training, " +
                "choose another 'CheckpointDirectory', or delete the checkpoint.");
        }
        // What a process that was killed while it wrote has left behind.
        foreach (var unfinished in Directory.EnumerateFiles(path, $"{Prefix}*{Extension}.*.tmp"))
            File.Delete(unfinished);
        return folder;
    }

    /// <summary>Whether it is time for a checkpoint within an epoch.</summary>
    public bool IsDue => _sinceLast.Elapsed >= _options.CheckpointInterval;

    /// <summary>Whether the end of an epoch is to be kept.</summary>
    public bool IsDueAfter(int epoch) => epoch % _options.CheckpointEpochs == 0 || epoch == _options.Epochs;

    /// <summary>Writes a checkpoint and deletes those that have become too old.</summary>
    /// <exception cref="IOException">It cannot be written; the earlier ones are intact.</exception>
    public void Write(TrainingState state)
    {
        Checkpoint.Write(
            Path.Combine(_path, FormattableString.Invariant($"{Prefix}{state.Epoch:D5}-{state.BatchCount:D8}{Extension}")), state,
            _fingerprint);
        foreach (var old in Files().SkipLast(_options.CheckpointCount))
            File.Delete(old);
        _sinceLast = Stopwatch.StartNew();
    }

    /// <summary>Reads the newest checkpoint where the options say so and there is one.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryResume(TrainingState state)
    {
        if (!_options.Resume || Newest is not { } newest)
            return false;
        Checkpoint.Read(newest, state, _fingerprint);
        return true;
    }

    // The names sort as the training goes.
    private List<string> Files() => [.. Directory.EnumerateFiles(_path, $"{Prefix}*{Extension}").Order(StringComparer.Ordinal)];
}
