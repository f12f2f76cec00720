using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --precision of the commands that run a network.</summary>
internal static class PrecisionOption
{
    /// <param name="more">What the command knows besides.</param>
    public static Option<string?> Create(params string[] more)
    {
        var option = new Option<string?>("--precision")
        {
            Description = "Numbers that the network computes in (default: float32); auto is bfloat16 where the hardware has it.",
        };
        option.AcceptOnlyFromAmong(["float32", "bfloat16", "auto", .. more]);
        return option;
    }

    /// <summary>The precision that a command line names.</summary>
    public static Precision PrecisionOf(this ParseResult commandLine, Option<string?> option) =>
        commandLine.GetValue(option) is { } name ? Enum.Parse<Precision>(name, ignoreCase: true) : Precision.Float32;
}
