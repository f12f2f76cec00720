using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Tells of every epoch: a line of JSON or of text, and a bar where a person watches.</summary>
internal sealed class EpochLog(Results results) : IProgress<TrainingProgress>, IDisposable
{
    private readonly bool _watched = !Console.IsErrorRedirected && !Console.IsOutputRedirected && !results.IsJson;
    private bool _barShown;

    /// <summary>The last finished epoch.</summary>
    public TrainingProgress? Last { get; private set; }

    public void Report(TrainingProgress value)
    {
        Last = value;
        results.Json(new
        {
            Event = "epoch", value.Epoch, value.TrainLoss, value.TrainAccuracy, value.ValidationLoss, value.ValidationAccuracy, value.LearningRate,
            value.ImagesPerSecond, value.Seconds,
        });
        EraseBar();
        Results.Note(Line(value));
        if (_watched && value.Epoch < value.EpochCount)
            DrawBar(value);
    }

    public void Dispose() => EraseBar();

    private static string Line(TrainingProgress e) =>
        $"epoch {e.Epoch,3}/{e.EpochCount}  loss {e.TrainLoss:F4}  accuracy {e.TrainAccuracy:P1}" +
        (e.ValidationAccuracy is null ? "" : $"  validation loss {e.ValidationLoss:F4}  accuracy {e.ValidationAccuracy:P1}") +
        $"  rate {e.LearningRate:G3}  {e.ImagesPerSecond:F0} images/s  {e.Seconds:F1} s";

    private void DrawBar(TrainingProgress e)
    {
        const int Width = 40;
        var done = Width * e.Epoch / e.EpochCount;
        var left = TimeSpan.FromSeconds(e.Seconds * (e.EpochCount - e.Epoch));
        results.Error.Write($"[{new string('━', done)}{new string(' ', Width - done)}] {(double)e.Epoch / e.EpochCount:P0}, about {left:mm\\:ss} left");
        _barShown = true;
    }

    private void EraseBar()
    {
        if (_barShown)
            results.Error.Write(new ControlCode("\r\u001b[K"));
        _barShown = false;
    }
}
