using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --state-key, which chooses among several sets of weights in a training checkpoint.</summary>
internal static class StateKeyOption
{
    public static Option<string?> Create() => new("--state-key")
    {
        Description = "Where the weights stand in a training checkpoint, for example model_ema (default: the plain ones).",
    };

    /// <summary>Opens a weight file and goes to the weights that were asked for.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or has no weights there.</exception>
    public static WeightFile Open(string path, string? stateKey) => stateKey is null ? WeightFile.Open(path) : new PthFile(path, stateKey);
}
