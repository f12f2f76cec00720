using System.Globalization;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What is timed.</summary>
/// <param name="Spec">The backbone.</param>
/// <param name="Batch">Images per forward pass or step.</param>
/// <param name="Precision">What scoring computes in.</param>
/// <param name="Threads">Processor threads.</param>
/// <param name="Engine">What computes when it scores.</param>
/// <param name="Cancellation">Ends the timing.</param>
internal sealed record BenchTask(
    BackboneSpec Spec, int Batch, Precision Precision, int Threads, ScoringEngine Engine, CancellationToken Cancellation)
{
    public const int ClassCount = 1000;

    /// <summary>Whether scoring computes in 8 bits.</summary>
    public bool IsQuantized { get; init; }

    /// <summary>How scoring is asked for.</summary>
    public ScoringOptions Scoring => new() { BatchSize = Batch, Threads = Threads, Precision = Precision, Engine = Engine };

    /// <summary>The first fields of a result, named as in the script that times PyTorch, so that one program reads both.</summary>
    public Dictionary<string, object?> Describe(string mode) => new()
    {
        ["mode"] = mode,
        ["arch"] = Spec.Name,
        ["batch"] = Batch,
        ["dtype"] = TypeName(Precision),
        ["channels_last"] = true,
        ["optimize"] = "scoring form",
        ["threads"] = Threads,
        ["device"] = Machine.Processor(),
        ["load1"] = Load(),
        ["engine"] = $"{Engine}".ToLowerInvariant(),
        ["torch"] = TorchSharp.torch.__version__,
    };

    /// <summary>A precision as a result names it.</summary>
    public string TypeName(Precision precision) =>
        IsQuantized ? "int8" : precision switch { Precision.Float32 => "fp32", Precision.BFloat16 => "bf16", _ => "auto" };

    /// <summary>Billions of multiplications and additions per second of the network alone.</summary>
    /// <param name="imagesPerSecond">Images that went through it.</param>
    /// <param name="passes">How often each did: training counts 3, as its two gradients cost a forward pass each.</param>
    public double OperationRate(double imagesPerSecond, int passes = 1) =>
        Math.Round(2e-9 * NetworkSummary.Of(Spec, Spec.Preprocessing.ImageSize, ClassCount).MultiplyAdds * passes * imagesPerSecond, 1);

    /// <summary>Processes that wanted to run, averaged over the last minute; null where the system does not tell.</summary>
    private static double? Load()
    {
        const string File = "/proc/loadavg";
        return System.IO.File.Exists(File)
            ? double.Parse(System.IO.File.ReadAllText(File).Split(' ')[0], CultureInfo.InvariantCulture)
            : null;
    }
}
