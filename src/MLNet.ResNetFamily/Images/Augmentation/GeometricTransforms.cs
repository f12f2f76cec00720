using System.Buffers;
using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// Mirrors, turns, shears and shifts an image in place. What comes in from outside is black; pixels between pixels are blended as Pillow
/// does.
/// </summary>
internal static class GeometricTransforms
{
    /// <summary>Left to right.</summary>
    public static void Mirror(RgbImage image)
    {
        for (var y = 0; y < image.Height; y++)
            Row(image, y).Reverse();
    }

    /// <summary>Top to bottom.</summary>
    public static void TurnUpsideDown(RgbImage image)
    {
        MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan).Reverse();
        Mirror(image);
    }

    /// <summary>Counter-clockwise about the center.</summary>
    public static void Rotate(RgbImage image, double degrees)
    {
        // Rounded as Pillow does, or pixels that lie exactly on one another would be missed by a hair.
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        (sin, cos) = (Math.Round(sin, 15), Math.Round(cos, 15));
        var (x, y) = (image.Width / 2.0, image.Height / 2.0);
        Warp(image, cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
    }

    /// <summary>Moves each row left by <paramref name="slope"/> times its distance from the top.</summary>
    public static void ShearX(RgbImage image, double slope) => Warp(image, 1, slope, 0, 0, 1, 0);

    /// <summary>Moves each column up by <paramref name="slope"/> times its distance from the left.</summary>
    public static void ShearY(RgbImage image, double slope) => Warp(image, 1, 0, 0, slope, 1, 0);

    /// <summary>Moves the image by whole pixels, to the right and down.</summary>
    public static void Translate(RgbImage image, int right, int down) => Warp(image, 1, 0, -right, 0, 1, -down);

    /// <summary>Takes each pixel (x, y) from (a x + b y + c, d x + e y + f).</summary>
    private static void Warp(RgbImage image, double a, double b, double c, double d, double e, double f)
    {
        var (width, height) = (image.Width, image.Height);
        var rented = ArrayPool<byte>.Shared.Rent(image.PixelSpan.Length);
        image.PixelSpan.CopyTo(rented);
        var source = MemoryMarshal.Cast<byte, RgbPixel>(rented.AsSpan(0, image.PixelSpan.Length));
        for (var y = 0; y < height; y++)
        {
            var row = Row(image, y);
            for (var x = 0; x < width; x++)
            {
                var fromX = a * (x + 0.5) + b * (y + 0.5) + c;
                var fromY = d * (x + 0.5) + e * (y + 0.5) + f;
                row[x] = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height
                    ? Between(source, width, height, fromX - 0.5, fromY - 0.5)
                    : default;
            }
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static RgbPixel Between(ReadOnlySpan<RgbPixel> source, int width, int height, double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (shareX, shareY) = (x - left, y - top);
        var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        (left, top) = (Math.Max(left, 0), Math.Max(top, 0));
        var (topLeft, topRight) = (source[top * width + left], source[top * width + right]);
        var (bottomLeft, bottomRight) = (source[bottom * width + left], source[bottom * width + right]);
        return new(
            Mix(topLeft.Red, topRight.Red, bottomLeft.Red, bottomRight.Red),
            Mix(topLeft.Green, topRight.Green, bottomLeft.Green, bottomRight.Green),
            Mix(topLeft.Blue, topRight.Blue, bottomLeft.Blue, bottomRight.Blue));

        byte Mix(byte topLeft, byte topRight, byte bottomLeft, byte bottomRight)
        {
            var top = topLeft + (topRight - topLeft) * shareX;
            var bottom = bottomLeft + (bottomRight - bottomLeft) * shareX;
            return (byte)(top + (bottom - top) * shareY);
        }
    }

    private static Span<RgbPixel> Row(RgbImage image, int y) =>
        MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan.Slice(y * image.Width * 3, image.Width * 3));
}
