using System.Diagnostics;
using System.Globalization;
using MLNet.ResNetFamily.Tests.Cli;

namespace MLNet.ResNetFamily.Tests.Distributed;

/// <summary>Starts the command <c>resnetfamily</c> as several processes. Skips the test where there is no Open MPI.</summary>
internal static class MpiRun
{
    private const string MpiRunPath = "/usr/bin/mpirun";

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(int processCount, params string[] arguments)
    {
        using var process = Start(processCount, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it; the caller disposes of the process.</summary>
    public static Process Start(int processCount, params string[] arguments)
    {
        if (!File.Exists(MpiRunPath))
            Assert.Inconclusive($"needs '{MpiRunPath}' (on Debian: apt install openmpi-bin)");
        var start = new ProcessStartInfo(MpiRunPath)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] own = ["--oversubscribe", "--allow-run-as-root", "--bind-to", "none", "-n", $"{processCount}"];
        foreach (var argument in (string[])[.. own, CommandLine.Host, CommandLine.Program(), .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>The id of one of the processes, by the variable that the launcher gave it.</summary>
    public static int ProcessOf(Process job, int rank)
    {
        var wanted = $"OMPI_COMM_WORLD_RANK={rank}\0";
        foreach (var process in Process.GetProcesses())
        {
            try
            {
                if (ParentOf(process.Id) == job.Id && File.ReadAllText($"/proc/{process.Id}/environ").Contains(wanted))
                    return process.Id;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is another user's.
            }
        }
        throw new InvalidOperationException($"No process has rank {rank}.");
    }

    // After the name in parentheses: state, parent.
    private static int ParentOf(int process) =>
        int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
}
