using System.Diagnostics;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The web service with a saved model, on a port that is free.</summary>
internal sealed class WebServiceProcess : IDisposable
{
    private readonly Process _process;

    private WebServiceProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>The most memory that the process has had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    public static async Task<WebServiceProcess> StartAsync(string model)
    {
        const string Announcement = "Now listening on: ";
        var process = ExampleProgram.Start("WebService", model, "--urls", "http://127.0.0.1:0");
        var log = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            log += line + '\n';
            if (line.IndexOf(Announcement, StringComparison.Ordinal) is >= 0 and var at)
            {
                // What the service goes on writing is read, so that it never waits for a reader.
                _ = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
                return new(process, new Uri(line[(at + Announcement.Length)..]));
            }
        }
        throw new InvalidOperationException(
            $"The web service ended before it listened:\n{log}{await process.StandardError.ReadToEndAsync()}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
