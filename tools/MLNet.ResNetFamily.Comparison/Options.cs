using System.Diagnostics;
using System.Globalization;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    private const string Usage = "Usage: ./build.sh bench [--rows TEXT] [--pairs N] [--threads N] [--peer FILE] [--data FOLDER]\n\n" +
        "  --rows TEXT    only rows whose name contains TEXT, 'batch 1,' or 'densenet' for instance; several with '|' between them\n" +
        "  --pairs N      runs of product and peer in turn (default: 5)\n" +
        "  --threads N    processor threads of both (default: 2)\n" +
        "  --peer FILE    the script that times torchvision (default: ../shared/bench/peer_torchvision.py)\n" +
        "  --data FOLDER  where the data sets are (default: ../shared/data)\n";

    public required string ProductPath { get; init; }

    public string Rows { get; init; } = "";

    public int Pairs { get; init; } = 5;

    public int Threads { get; init; } = 2;

    public required string PeerPath { get; init; }

    public required string DataPath { get; init; }

    /// <param name="args">PRODUCT REPOSITORY, then the options of the user.</param>
    /// <returns>Null after an error, which was said.</returns>
    public static Options? Parse(string[] args)
    {
        var (product, shared) = (args[0], Path.Combine(args[1], "..", "shared"));
        var options = new Options
        {
            ProductPath = product,
            PeerPath = Path.GetFullPath(Path.Combine(shared, "bench", "peer_torchvision.py")),
            DataPath = Path.GetFullPath(Path.Combine(shared, "data")),
        };
        for (var i = 2; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || Set(options, args[i], args[i + 1]) is not { } next)
            {
                Console.Error.WriteLine($"'{string.Join(' ', args[i..])}' is not understood.\n{Usage}");
                return null;
            }
            options = next;
        }
        return options;
    }

    public bool Wants(Job job) => Rows.Split('|').Any(text => job.Name.Contains(text, StringComparison.OrdinalIgnoreCase));

    public string FolderOf(Job job) => Path.Combine(DataPath, job.Folder!);

    /// <summary>The peer, or null with the reason why there is none.</summary>
    public Contestant? FindPeer(out string whyNot)
    {
        const string Python = "/usr/bin/python3";
        whyNot = $"There is no peer: '{PeerPath}' does not exist. It is no part of the repository; name a copy with --peer.";
        if (!File.Exists(PeerPath))
            return null;
        whyNot = $"There is no peer: {Python} lacks torchvision. On Debian: apt-get install python3-torch python3-torchvision.";
        var start = new ProcessStartInfo(Python, ["-c", "import torch, torchvision"]) { RedirectStandardError = true };
        if (!File.Exists(Python))
            return null;
        using var probe = Process.Start(start)!;
        probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? new Contestant(Python, [PeerPath]) : null;
    }

    private static Options? Set(Options options, string name, string value) => (name,
        int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= 1) switch
    {
        ("--rows", _) => options with { Rows = value },
        ("--pairs", true) => options with { Pairs = number },
        ("--threads", true) => options with { Threads = number },
        ("--peer", _) => options with { PeerPath = Path.GetFullPath(value) },
        ("--data", _) => options with { DataPath = Path.GetFullPath(value) },
        _ => null,
    };
}
