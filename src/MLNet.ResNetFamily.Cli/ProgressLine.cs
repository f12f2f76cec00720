using System.Diagnostics;
using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>One line that moves while work goes on: a bar, its figures and the time left. For terminals alone.</summary>
internal sealed class ProgressLine(IAnsiConsole console)
{
    private const int LongestBar = 32, ShortestBar = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Stopwatch _watch = new();
    private double _doneBefore;
    private TimeSpan? _lastDrawn;
    private bool _isShown;

    /// <summary>A line on standard error; null where no person watches it.</summary>
    public static ProgressLine? For(Results results) => results.Error.Profile.Capabilities.Ansi ? new(results.Error) : null;

    /// <summary>Moves the bar; does nothing when it moved a moment ago.</summary>
    /// <param name="done">
    /// Part of the work that is done, from 0 to 1. The first call says where the work began: a resumed one does not begin at 0.
    /// </param>
    /// <param name="figures">What stands between the bar and the time left.</param>
    public void Show(double done, string figures)
    {
        if (!_watch.IsRunning)
        {
            _doneBefore = done;
            _watch.Start();
        }
        Redraw(() => Draw(done, $" {done:P0}  {figures}{TimeLeft(done)}"));
    }

    /// <summary>Shows figures alone, of work whose end is not known; does nothing when it did a moment ago.</summary>
    public void Show(string figures)
    {
        _watch.Start();
        Redraw(() => console.Write(new Text(figures[..Math.Min(figures.Length, Room)])));
    }

    /// <summary>Takes the bar away, so that a line can be written.</summary>
    public void Erase()
    {
        if (_isShown)
            console.Write(new ControlCode("\r\u001b[K"));
        _isShown = false;
    }

    // The last column stays free: some terminals go to the next line when it is filled.
    private int Room => Math.Max(0, console.Profile.Width - 1);

    private void Redraw(Action draw)
    {
        if (_watch.Elapsed - _lastDrawn < Pause)
            return;
        _lastDrawn = _watch.Elapsed;
        Erase();
        draw();
        _isShown = true;
    }

    private string TimeLeft(double done) =>
        done > _doneBefore ? $"  {_watch.Elapsed * (1 - done) / (done - _doneBefore):hh\\:mm\\:ss} left" : "";

    private void Draw(double done, string text)
    {
        var room = Room;
        var length = Math.Min(LongestBar, room - text.Length);
        var full = (int)(length * done);
        var bar = length < ShortestBar ? "" : $"[green]{new string('━', full)}[/][gray]{new string('━', length - full)}[/]";
        console.Markup(bar + Markup.Escape(text.Length <= room ? text : text[..room]));
    }
}
