namespace MLNet.ResNetFamily;

/// <summary>How numbers of a range become bytes: divided by the scale and rounded, plus the zero point.</summary>
/// <param name="Scale">Above 0.</param>
/// <param name="ZeroPoint">
/// The byte of zero. What a ReLU gives begins at zero, so that it is 0 there: the rounding then does the ReLU's work as well, and ONNX
/// Runtime computes both in one.
/// </param>
internal readonly record struct QuantizedRange(float Scale, byte ZeroPoint)
{
    private const float SmallestScale = 1e-12f;

    /// <param name="min">At most 0.</param>
    /// <param name="max">At least 0.</param>
    public static QuantizedRange Of(float min, float max)
    {
        var scale = Math.Max((max - min) / byte.MaxValue, SmallestScale);
        return new(scale, (byte)Math.Clamp(MathF.Round(-min / scale), byte.MinValue, byte.MaxValue));
    }
}
