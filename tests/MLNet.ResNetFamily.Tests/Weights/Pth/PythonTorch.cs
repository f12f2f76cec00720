using System.Diagnostics;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>Runs a piece of Python with PyTorch, to see our files with its eyes and to have it write files for us.</summary>
internal static class PythonTorch
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> IsThere = new(() => File.Exists(Python) && Start("import torch").ExitCode == 0);

    /// <summary>
    /// Runs the code with <c>torch</c>, <c>json</c>, <c>struct</c> and <c>sys</c> imported; returns what it prints. Skips the test where
    /// PyTorch is missing.
    /// </summary>
    public static string Run(string code, params string[] arguments)
    {
        if (!IsThere.Value)
            Assert.Inconclusive($"needs {Python} with the module torch (on Debian: apt install python3-torch)");
        var (exitCode, output, errors) = Start($"import torch, json, struct, sys\n{code}", arguments);
        Assert.AreEqual(0, exitCode, errors);
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Start(string code, params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, ["-c", code, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
