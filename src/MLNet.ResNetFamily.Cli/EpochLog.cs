namespace MLNet.ResNetFamily.Cli;

/// <summary>Tells of every epoch: a line of JSON or the row of a table, and a bar where a person watches.</summary>
internal sealed class EpochLog(Results results) : IProgress<TrainingProgress>, IProgress<TrainingStepProgress>, IDisposable
{
    private readonly ProgressLine? _line = ProgressLine.For(results);
    private TrainingBar? _bar;
    private bool _hasHeader;

    public void Report(TrainingProgress value)
    {
        _line?.Erase();
        var isMultiLabel = value.ValidationMeanAveragePrecision is not null;
        results.Json(new
        {
            Event = "epoch", value.Epoch, value.TrainLoss, value.TrainAccuracy, value.ValidationLoss, value.ValidationAccuracy,
            value.ValidationTop5Accuracy, value.ValidationMacroF1, value.ValidationMeanAveragePrecision,
            value.LearningRate,
            value.ImagesPerSecond, value.Seconds,
        });
        if (!_hasHeader)
        {
            Results.Note(Row(
                "epoch", "loss", "accuracy",
                value.ValidationAccuracy is null ? null : ("val. loss", isMultiLabel ? "val. mAP" : "val. accuracy"), "rate", "images/s",
                "seconds"));
        }
        _hasHeader = true;
        Results.Note(Row(
            $"{value.Epoch}/{value.EpochCount}", $"{value.TrainLoss:F4}", $"{value.TrainAccuracy:P1}",
            value.ValidationAccuracy is null
                ? null
                : ($"{value.ValidationLoss:F4}", $"{value.ValidationMeanAveragePrecision ?? value.ValidationAccuracy:P1}"),
            $"{value.LearningRate:G3}", $"{value.ImagesPerSecond:F0}", $"{value.Seconds:F1}"));
    }

    public void Report(TrainingStepProgress value)
    {
        if (_line is not null)
            (_bar ??= new(_line)).Show(value);
    }

    public void Dispose() => _line?.Erase();

    // 79 columns: a terminal of 80 does not break the line.
    private static string Row(
        string epoch, string loss, string accuracy, (string Loss, string Accuracy)? validation, string rate, string imagesPerSecond,
        string seconds) =>
        $"{epoch,8}{loss,9}{accuracy,10}" + (validation is { } v ? $"{v.Loss,11}{v.Accuracy,14}" : "") +
        $"{rate,9}{imagesPerSecond,10}{seconds,8}";
}
