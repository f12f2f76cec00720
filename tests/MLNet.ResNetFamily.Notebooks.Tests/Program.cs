using System.Diagnostics;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>Runs other programs.</summary>
internal static class Program
{
    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it wrote on its standard output.</returns>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (exitCode, output, errors) = await StartAsync(program, arguments, folder, environment);
        Assert.AreEqual(0, exitCode, $"{program} {string.Join(' ', arguments)}\n{errors}\n{output}");
        return output;
    }

    /// <summary>Runs a program that may fail.</summary>
    public static async Task<(int ExitCode, string Output)> TryRunAsync(string program, IEnumerable<string> arguments)
    {
        var (exitCode, output, _) = await StartAsync(program, arguments, null, null);
        return (exitCode, output);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> StartAsync(
        string program, IEnumerable<string> arguments, string? folder, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
