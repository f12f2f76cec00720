namespace MLNet.ResNetFamily;

/// <summary>How a classifier is quantized (<see cref="ImageClassifierTransformer.Quantize"/>).</summary>
public sealed record QuantizationOptions
{
    /// <summary>
    /// How many of the images are looked at for the ranges of the network's values, spread evenly over the data; all where there are
    /// fewer. At least 1; 512 by default.
    /// </summary>
    public int ImageCount { get; init; } = 512;

    /// <summary>
    /// Whether the first convolution and the classifier's matrix stay in float32: more accurate by a little, and slower by a little. True
    /// by default.
    /// </summary>
    public bool KeepsFirstAndLastLayer { get; init; } = true;

    internal void Validate() =>
        OptionCheck.Require(ImageCount >= 1, nameof(ImageCount), ImageCount, "at least 1", "Quantization option");
}
