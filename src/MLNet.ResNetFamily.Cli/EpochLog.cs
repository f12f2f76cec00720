namespace MLNet.ResNetFamily.Cli;

/// <summary>Tells of every epoch: a line of JSON or of text, and a bar where a person watches.</summary>
internal sealed class EpochLog(Results results) : IProgress<TrainingProgress>, IProgress<TrainingStepProgress>, IDisposable
{
    private readonly TrainingBar? _bar = Console.IsErrorRedirected || Console.IsOutputRedirected || results.IsJson ? null : new(results.Error);

    /// <summary>The last finished epoch.</summary>
    public TrainingProgress? Last { get; private set; }

    public void Report(TrainingProgress value)
    {
        Last = value;
        results.Json(new
        {
            Event = "epoch", value.Epoch, value.TrainLoss, value.TrainAccuracy, value.ValidationLoss, value.ValidationAccuracy, value.ValidationTop5Accuracy, value.ValidationMacroF1,
            value.LearningRate,
            value.ImagesPerSecond, value.Seconds,
        });
        _bar?.Erase();
        Results.Note(Line(value));
    }

    public void Report(TrainingStepProgress value) => _bar?.Show(value);

    public void Dispose() => _bar?.Erase();

    private static string Line(TrainingProgress e) =>
        $"epoch {e.Epoch,3}/{e.EpochCount}  loss {e.TrainLoss:F4}  accuracy {e.TrainAccuracy:P1}" +
        (e.ValidationAccuracy is null ? "" : $"  validation loss {e.ValidationLoss:F4}  accuracy {e.ValidationAccuracy:P1}") +
        $"  rate {e.LearningRate:G3}  {e.ImagesPerSecond:F0} images/s  {e.Seconds:F1} s";
}
