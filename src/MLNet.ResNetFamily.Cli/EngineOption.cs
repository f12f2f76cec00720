using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --engine of the commands that score.</summary>
internal static class EngineOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--engine")
        {
            Description = "What computes the network: libtorch, onnxruntime, or auto, the faster one (default: auto).",
        };
        option.AcceptOnlyFromAmong("auto", "libtorch", "onnxruntime");
        return option;
    }

    /// <summary>The engine that a command line names.</summary>
    public static ScoringEngine EngineOf(this ParseResult commandLine, Option<string?> option) =>
        commandLine.GetValue(option) is { } name ? Enum.Parse<ScoringEngine>(name, ignoreCase: true) : ScoringEngine.Auto;
}
