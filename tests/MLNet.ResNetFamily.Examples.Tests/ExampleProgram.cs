using System.Diagnostics;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>Starts the programs that were built with the solution.</summary>
internal static class ExampleProgram
{
    /// <summary>Runs a program to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string project, params string[] arguments) =>
        ToItsEndAsync(Start(project, arguments));

    /// <summary>Runs a program that must succeed, and gives what it wrote to standard output.</summary>
    public static Task<string> OutputAsync(string project, params string[] arguments) => OutputOfAsync(PathOf(project), arguments);

    /// <summary>The same for the path of an assembly.</summary>
    public static async Task<string> OutputOfAsync(string assembly, params string[] arguments)
    {
        var (exitCode, output, errors) = await ToItsEndAsync(StartAssembly(assembly, arguments));
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }

    /// <summary>Starts a program; the caller ends it.</summary>
    public static Process Start(string project, params string[] arguments) => StartAssembly(PathOf(project), arguments);

    private static string PathOf(string project) =>
        BuiltProgram.PathOf(project, project == "MLNet.ResNetFamily.Cli" ? "resnetfamily" : null);

    private static async Task<(int ExitCode, string Output, string Errors)> ToItsEndAsync(Process started)
    {
        using var process = started;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static Process StartAssembly(string assembly, string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
