using System.Diagnostics;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>A bar that moves while a training runs, with its rate and the time left: for terminals alone.</summary>
internal sealed class TrainingBar(IAnsiConsole console)
{
    private const int Width = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _whole = Stopwatch.StartNew();
    private readonly Stopwatch _epoch = new();
    private TimeSpan _lastDrawn;
    private int _number;
    private long _images;
    private bool _isShown;

    /// <summary>Moves the bar; does nothing when it moved a moment ago.</summary>
    public void Show(TrainingStepProgress step)
    {
        if (step.Epoch != _number)
        {
            (_number, _images) = (step.Epoch, 0);
            _epoch.Restart();
        }
        _images += step.ImageCount;
        if (_isShown && _whole.Elapsed - _lastDrawn < Pause)
            return;
        _lastDrawn = _whole.Elapsed;
        var done = (step.Epoch - 1 + (double)step.Batch / step.BatchCount) / step.EpochCount;
        var left = _whole.Elapsed / done - _whole.Elapsed;
        var bar = (int)(Width * done);
        console.Write(new ControlCode("\r\u001b[K"));
        console.Markup(
            $"[green]{new string('━', bar)}[/][grey]{new string('━', Width - bar)}[/] {done:P0}  epoch {step.Epoch}/{step.EpochCount}, " +
            $"batch {step.Batch}/{step.BatchCount}  {_images / Math.Max(_epoch.Elapsed.TotalSeconds, 1e-3):F0} images/s  {left:hh\\:mm\\:ss} left");
        _isShown = true;
    }

    /// <summary>Takes the bar away, so that a line can be written.</summary>
    public void Erase()
    {
        if (_isShown)
            console.Write(new ControlCode("\r\u001b[K"));
        _isShown = false;
    }
}
