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
    /// <param name="project">Name of the project.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">Variables that are set for it, or taken from it where the value is null.</param>
    public static string[] Lines(
        string project, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment.Remove(name);
            if (value is not null)
                start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return lines;
    }
}
