using System.Globalization;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    private const string Usage = "Usage: ./build.sh transfer FOLDER... [--epochs N] [--image-size N] [--seeds N]\n\n" +
        "  FOLDER          holds 'train' and 'test', each with a sub-folder of images a class\n" +
        "  --epochs N      how often every training image is seen (default: 8)\n" +
        "  --image-size N  side in pixels of what this library's networks see (default: 224); DnnFeaturizeImage always sees 224\n" +
        "  --seeds N       trainings of each row, with seeds from 1 to N (default: 3)\n";

    public IReadOnlyList<string> Folders { get; private init; } = [];

    /// <summary>At least 2, of which gradual fine-tuning gives the first to the head.</summary>
    public int Epochs { get; private init; } = 8;

    public int ImageSize { get; private init; } = 224;

    public int SeedCount { get; private init; } = 3;

    public IEnumerable<int> Seeds => Enumerable.Range(1, SeedCount);

    /// <param name="args">Folders and options, in any order.</param>
    /// <exception cref="ArgumentException">They cannot be understood, or no folder is among them.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            options = !args[i].StartsWith("--", StringComparison.Ordinal)
                ? options with { Folders = [.. options.Folders, args[i]] }
                : Set(options, args[i], i + 1 < args.Length ? args[++i] : "");
        }
        return options.Folders.Count > 0 ? options : throw new ArgumentException($"No folder is named.\n{Usage}");
    }

    private static Options Set(Options options, string name, string value) => name switch
    {
        "--epochs" => options with { Epochs = Number(name, value, atLeast: 2) },
        "--image-size" => options with { ImageSize = Number(name, value, atLeast: 1) },
        "--seeds" => options with { SeedCount = Number(name, value, atLeast: 1) },
        _ => throw new ArgumentException($"There is no option '{name}'.\n{Usage}"),
    };

    private static int Number(string name, string value, int atLeast) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= atLeast
            ? number
            : throw new ArgumentException($"Option '{name}' is '{value}', but a whole number of at least {atLeast} is needed.\n{Usage}");
}
