using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>Runs the command <c>resnetfamily</c> in a process of its own.</summary>
internal static class CommandLine
{
    private static readonly string[] ProxyVariables =
        ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

    /// <summary>What runs <see cref="Program"/>.</summary>
    public static string Host =>
        Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    /// <summary>Runs the command to its end.</summary>
    /// <param name="environment">Variables beside those of this process, whose proxy settings are left out.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts the command; the caller disposes of the process.</summary>
    /// <param name="environment">Variables beside those of this process, whose proxy settings are left out.</param>
    /// <param name="arguments">The command line.</param>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Host)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program());
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var variable in ProxyVariables)
            start.Environment.Remove(variable);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs the command with --json, which must succeed.</summary>
    public static async Task<IReadOnlyList<JsonElement>> JsonAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(environment, [.. arguments, "--json"]);
        Assert.AreEqual(0, exitCode, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>The command's assembly.</summary>
    public static string Program() => BuiltProgram.PathOf("MLNet.ResNetFamily.Cli", "resnetfamily");
}
