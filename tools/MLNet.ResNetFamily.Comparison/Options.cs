using System.Globalization;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    private const string Usage = "Usage: ./build.sh bench [--rows TEXT] [--pairs N] [--threads N] [--peer FILE] [--data FOLDER]\n\n" +
        "  --rows TEXT    only rows whose name contains TEXT, 'batch 1,' or 'ONNX' for instance; several with '|' between them\n" +
        "  --pairs N      runs of product and peer in turn (default: 5)\n" +
        "  --threads N    processor threads of both (default: 2)\n" +
        "  --peer FILE    the script that times PyTorch (default: ../shared/bench/peer_torchvision.py)\n" +
        "  --data FOLDER  where the data sets are (default: ../shared/data)\n";

    public required string ProductPath { get; init; }

    /// <summary>The program that times the peers that run on .NET.</summary>
    public required string PeersPath { get; init; }

    public string Rows { get; init; } = "";

    public int Pairs { get; init; } = 5;

    public int Threads { get; init; } = 2;

    /// <summary>The script that times PyTorch.</summary>
    public required string PeerPath { get; init; }

    public required string DataPath { get; init; }

    /// <param name="args">PRODUCT PEERS REPOSITORY, then the options of the user.</param>
    /// <returns>Null after an error, which was said.</returns>
    public static Options? Parse(string[] args)
    {
        var shared = Path.Combine(args[2], "..", "shared");
        var options = new Options
        {
            ProductPath = args[0],
            PeersPath = args[1],
            PeerPath = Path.GetFullPath(Path.Combine(shared, "bench", "peer_torchvision.py")),
            DataPath = Path.GetFullPath(Path.Combine(shared, "data")),
        };
        for (var i = 3; i < args.Length; i += 2)
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

    public bool Wants(Job job) => Rows.Split('|').Any(text => job.Title.Contains(text, StringComparison.OrdinalIgnoreCase));

    public string FolderOf(Job job) => Path.Combine(DataPath, job.Folder!);

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
