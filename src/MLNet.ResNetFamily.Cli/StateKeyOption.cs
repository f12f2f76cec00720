using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --state-key, which chooses among several sets of weights in a training checkpoint.</summary>
internal static class StateKeyOption
{
    public static Option<string?> Create() => new("--state-key")
    {
        Description = "Where the weights stand in a training checkpoint, for example model_ema or student.model (default: the plain ones).",
    };
}
