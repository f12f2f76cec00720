using System.Text.Json;

namespace MLNet.ResNetFamily;

/// <summary>The finished trainings of a search in its folder, so that an interrupted one goes on where it was.</summary>
internal sealed class SearchState
{
    private readonly string _path;
    private Content _content;

    private SearchState(string path, Content content) => (_path, _content) = (path, content);

    /// <summary>Takes up the state that the folder holds, or begins one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the trainings depend on.</param>
    /// <exception cref="IOException">The file is of another search, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static SearchState Open(string path, string settings)
    {
        if (!File.Exists(path))
            return new(path, new(settings, [], null));
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), RecordJson.CamelCase);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{path}' is damaged: {error.Message} Delete its folder to search anew, or choose another.", error);
        }
        if (content is not { Trials: not null } || content.Settings != settings)
        {
            throw new IOException(
                $"'{path}' is of another search. Found: {content?.Settings}; wanted: {settings}. " +
                "Go on with the same options and images, choose another folder, or delete this one.");
        }
        return new(path, content);
    }

    /// <summary>A training that is finished; null for one that is not.</summary>
    public SavedTrial? Find(int rung, int candidate) =>
        _content.Trials.FirstOrDefault(trial => trial.Rung == rung && trial.Candidate == candidate);

    /// <summary>Epochs of a training that was begun; null for one that was not.</summary>
    public int? Begun(int rung, int candidate) =>
        _content.Running is { } running && running.Rung == rung && running.Candidate == candidate ? running.Epochs : null;

    /// <summary>Notes that a training begins.</summary>
    public void Begin(int rung, int candidate, int epochs) =>
        Write(_content with { Running = new(rung, candidate, epochs, null, null, 0, null, null) });

    /// <summary>Notes what a training came to.</summary>
    public void Finish(SavedTrial trial) => Write(_content with { Trials = [.. _content.Trials, trial], Running = null });

    private void Write(Content content)
    {
        AtomicFile.Write(_path, stream => JsonSerializer.Serialize(stream, content, RecordJson.CamelCase));
        _content = content;
    }

    /// <summary>A training; which recipe it followed is drawn anew from the seed.</summary>
    public sealed record SavedTrial(
        int Rung, int Candidate, int Epochs, double? Accuracy, double? Loss, double Seconds, double? EpochSeconds,
        double? TrainLoss);

    private sealed record Content(string Settings, IReadOnlyList<SavedTrial> Trials, SavedTrial? Running);
}
