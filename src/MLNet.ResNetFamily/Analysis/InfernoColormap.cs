namespace MLNet.ResNetFamily;

/// <summary>
/// The colors of matplotlib's "inferno", perceptually uniform and the same for color-blind eyes: equal steps of a value look equally
/// far apart, and lightness alone tells their order.
/// </summary>
internal static class InfernoColormap
{
    private static readonly (byte Red, byte Green, byte Blue)[] Steps =
    [
        (0x00, 0x00, 0x04), (0x1B, 0x0C, 0x42), (0x4B, 0x0C, 0x6B), (0x78, 0x1C, 0x6D), (0xA5, 0x2C, 0x60),
        (0xCF, 0x44, 0x46), (0xED, 0x69, 0x25), (0xFB, 0x9A, 0x06), (0xF7, 0xD0, 0x3C), (0xFC, 0xFF, 0xA4),
    ];

    /// <summary>Red, green and blue, 0 to 255, of a value from 0 to 1.</summary>
    public static (float Red, float Green, float Blue) At(float value)
    {
        var place = Math.Clamp(value, 0, 1) * (Steps.Length - 1);
        var step = Math.Min((int)place, Steps.Length - 2);
        var (low, high, part) = (Steps[step], Steps[step + 1], place - step);
        return (float.Lerp(low.Red, high.Red, part), float.Lerp(low.Green, high.Green, part), float.Lerp(low.Blue, high.Blue, part));
    }
}
