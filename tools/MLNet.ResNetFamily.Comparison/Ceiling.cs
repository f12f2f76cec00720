namespace MLNet.ResNetFamily.Comparison;

/// <summary>The most that a large matrix product reaches here, in billions of multiplications and additions per second.</summary>
internal sealed record Ceiling(double Float32, double BFloat16)
{
    public static Ceiling Measure(Contestant product, Options options)
    {
        return new(Of("float32"), Of("bfloat16"));

        double Of(string precision) => Enumerable.Range(0, 3).Select(_ =>
            product.Run(["--mode", "ceiling", "--precision", precision, "--threads", $"{options.Threads}"]).GetProperty("gflop_per_s")
                .GetDouble()).Max();
    }

    /// <summary>The part of the ceiling that a job reached; null where it says no rate or has no ceiling here.</summary>
    public double? Share(Comparison comparison) => comparison.ProductNumbers switch
    {
        "fp32" => comparison.OperationRate / Float32,
        "bf16" => comparison.OperationRate / BFloat16,
        _ => null,
    };
}
