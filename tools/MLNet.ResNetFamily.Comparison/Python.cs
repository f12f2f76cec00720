using System.Diagnostics;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>Debian's Python with its PyTorch.</summary>
internal static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Why it cannot be used here; null where it can.</summary>
    public static string? WhyNot { get; } = HasTorchvision()
        ? null
        : $"{Interpreter} lacks torchvision. On Debian: apt-get install python3-torch python3-torchvision.";

    /// <summary>A script as a contestant.</summary>
    public static Contestant Script(string path, IEnumerable<string> arguments) => new(Interpreter, [path, .. arguments]);

    /// <summary>Runs statements.</summary>
    /// <exception cref="ContestantException">They failed.</exception>
    public static void Run(string statements) => new Contestant(Interpreter, ["-c", $"{statements}\nprint('{{}}')"]).Run([]);

    private static bool HasTorchvision()
    {
        if (!File.Exists(Interpreter))
            return false;
        using var probe = Process.Start(new ProcessStartInfo(Interpreter, ["-c", "import torch, torchvision"])
        {
            RedirectStandardError = true,
        })!;
        probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }
}
