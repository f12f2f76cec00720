using System.Diagnostics;

namespace MLNet.ResNetFamily.Tests;

/// <summary>A program that was built with the tests.</summary>
internal static class BuiltProgram
{
    /// <summary>The assembly of a project: beside the tests in the artifacts folder, in the same configuration.</summary>
    /// <param name="project">Name of the project.</param>
    /// <param name="assembly">Name of its assembly, where that is another.</param>
    public static string PathOf(string project, string? assembly = null)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{assembly ?? project}.dll");
    }

    /// <summary>Runs a program that must succeed, and gives the lines that it wrote to standard output.</summary>
    public static string[] Lines(string project, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return lines;
    }
}
