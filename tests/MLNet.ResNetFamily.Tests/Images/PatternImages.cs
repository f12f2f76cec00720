namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>Images drawn by formula, so that a test knows every pixel.</summary>
internal static class PatternImages
{
    /// <summary>The image of pillow_resize.py: every value occurs, neighbours differ.</summary>
    public static RgbImage Pattern(int width, int height) =>
        Draw(width, height, (x, y, c) => x * 37 + y * 59 + c * 101 + x * y * 7);

    /// <summary>One color.</summary>
    public static RgbImage Plain(int width, int height, byte red, byte green, byte blue) =>
        Draw(width, height, (_, _, c) => c switch { 0 => red, 1 => green, _ => blue });

    /// <summary>An image of the value of each column (x), row (y) and channel (c).</summary>
    public static RgbImage Draw(int width, int height, Func<int, int, int, int> value) =>
        new(width, height, DrawnPixels.Of(width, height, value));
}
