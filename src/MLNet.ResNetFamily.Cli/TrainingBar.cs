using System.Diagnostics;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Shows on a line how a training goes within its epochs.</summary>
internal sealed class TrainingBar(ProgressLine line)
{
    private readonly Stopwatch _epoch = new();
    private int _number;
    private long _images;

    /// <summary>Takes note of a step and moves the bar.</summary>
    public void Show(TrainingStepProgress step)
    {
        if (step.Epoch == _number)
            _images += step.ImageCount;
        else
            StartEpoch(step.Epoch);
        line.Show(
            (step.Epoch - 1 + (double)step.Batch / step.BatchCount) / step.EpochCount,
            $"epoch {step.Epoch}/{step.EpochCount}, batch {step.Batch}/{step.BatchCount}{Rate()}");
    }

    // The rate is that of the steps after the first, whose beginning is not known.
    private void StartEpoch(int number)
    {
        (_number, _images) = (number, 0);
        _epoch.Restart();
    }

    private string Rate() => _images == 0 ? "" : $"  {_images / _epoch.Elapsed.TotalSeconds:F0} images/s";
}
