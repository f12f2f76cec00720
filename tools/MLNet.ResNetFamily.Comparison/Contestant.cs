using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>A program that times a job and prints a line of JSON.</summary>
/// <param name="Command">The program.</param>
/// <param name="FirstArguments">What stands before the arguments of a run.</param>
internal sealed record Contestant(string Command, string[] FirstArguments)
{
    // What the product and Python's scripts end with when they do not know an option or its value.
    private const int WrongCommandLine = 2;

    /// <exception cref="ContestantException">The program failed; the message holds what it said.</exception>
    public JsonElement Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Command, [.. FirstArguments, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0)
            return JsonDocument.Parse(output.Trim().Split('\n')[^1]).RootElement;
        throw process.ExitCode == WrongCommandLine
            ? new ContestantException(string.Join(' ', errors.Result.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), true)
            : new ContestantException(
                $"'{Command} {string.Join(' ', start.ArgumentList)}' ended with status {process.ExitCode}: {errors.Result}", false);
    }
}
