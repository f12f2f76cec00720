using System.Security.Cryptography;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The first line of a shard's file: what it is of. Shards can be merged, or continued, when they agree in it.</summary>
/// <param name="Command">The command that scores.</param>
/// <param name="Shard">Which one, from 1.</param>
/// <param name="Shards">How many there are.</param>
/// <param name="BatchSize">Images in a batch, by which the input is divided.</param>
/// <param name="Model">SHA-256 of the model's file.</param>
/// <param name="Input">The arguments that name the images.</param>
/// <param name="Settings">The options that change a result.</param>
/// <param name="Top">Labels of an image; 0 where it is measured.</param>
/// <param name="Classes">The model's classes.</param>
/// <param name="LabelSeparator">What parts the labels of an image that is measured with several; null otherwise.</param>
/// <param name="Thresholds">From which probability on an image gets the label of each class; null where it gets one.</param>
internal sealed record ShardHeader(
    string Command, int Shard, int Shards, int BatchSize, string Model, IReadOnlyList<string> Input, string Settings,
    int Top, IReadOnlyList<string> Classes, char? LabelSeparator = null, IReadOnlyList<float>? Thresholds = null)
{
    /// <summary>The header of what a command is to score.</summary>
    /// <exception cref="CommandLineException">It could not be done in parts.</exception>
    public static ShardHeader Of(
        string command, ScoringOutput output, ImageScoring scoring, string modelPath, IReadOnlyList<string> input, int top)
    {
        if (scoring.Options.Precision == Precision.Auto)
        {
            throw new CommandLineException(
                "Option '--precision' is 'auto', which decides by the first images that a process scores, but each shard, and a run " +
                "that is continued, begins with others. Choose float32 or bfloat16.");
        }
        using var model = File.OpenRead(modelPath);
        var shard = output.Shard ?? Cli.Shard.Whole;
        return new(
            command, shard.Number, shard.Count, scoring.BatchSize, Convert.ToHexStringLower(SHA256.HashData(model)), input,
            $"precision {scoring.Options.Precision}, engine {scoring.Options.Engine}", Math.Min(top, scoring.ClassNames.Count),
            scoring.ClassNames, scoring.LabelSeparator, scoring.Thresholds);
    }

    /// <summary>In what another header differs, the shard's number apart; null where in nothing.</summary>
    public string? DifferenceTo(ShardHeader other) =>
        Command != other.Command ? $"command ('{other.Command}' instead of '{Command}')"
        : Model != other.Model || !Classes.SequenceEqual(other.Classes) ? "model (its file has other contents)"
        : !Input.SequenceEqual(other.Input) ? $"input ({ListText.Quoted(other.Input)} instead of {ListText.Quoted(Input)})"
        : Shards != other.Shards ? $"count of shards ({other.Shards} instead of {Shards})"
        : BatchSize != other.BatchSize ? $"batch size ({other.BatchSize} instead of {BatchSize})"
        : Top != other.Top ? $"'--top' ({other.Top} instead of {Top})"
        : LabelSeparator != other.LabelSeparator ? $"'--label-separator' ('{other.LabelSeparator}' instead of '{LabelSeparator}')"
        : Settings != other.Settings ? $"way of scoring ('{other.Settings}' instead of '{Settings}')"
        : null;
}
