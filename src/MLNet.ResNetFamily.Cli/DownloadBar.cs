using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Shows how a download goes: a bar where a person watches, else a line for every tenth.</summary>
internal static class DownloadBar
{
    /// <summary>Does work that may download something.</summary>
    /// <returns>The work's result.</returns>
    public static T Watch<T>(Results results, Func<IProgress<DownloadProgress>, T> work)
    {
        if (Console.IsErrorRedirected)
            return work(new Lines());
        return results.Error.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .Start(context => work(new Bar(context)));
    }

    private sealed class Bar(ProgressContext context) : IProgress<DownloadProgress>
    {
        private ProgressTask? _task;

        public void Report(DownloadProgress value)
        {
            _task ??= context.AddTask(Markup.Escape(value.Name));
            _task.MaxValue = value.TotalByteCount ?? Math.Max(1, value.ByteCount);
            _task.IsIndeterminate = value.TotalByteCount is null;
            _task.Value = value.ByteCount;
        }
    }

    private sealed class Lines : IProgress<DownloadProgress>
    {
        private long _lastTenth = -1;

        public void Report(DownloadProgress value)
        {
            if (value.TotalByteCount is not > 0 || value.ByteCount * 10 / value.TotalByteCount is var tenth && tenth == _lastTenth)
                return;
            _lastTenth = value.ByteCount * 10 / value.TotalByteCount.Value;
            Results.Note($"{value.Name}: {value.ByteCount:N0} of {value.TotalByteCount:N0} bytes");
        }
    }
}
