using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>Where the top and the left of an image are stored: tag 274 of TIFF 6.0 and Exif, from 1 to 8.</summary>
internal static class ImageOrientation
{
    /// <summary>Stored as it is seen.</summary>
    public const int Normal = 1;

    /// <summary>
    /// The image as it is to be seen. Where that is another object, <paramref name="image"/> has been disposed of.
    /// </summary>
    public static RgbImage Upright(RgbImage image, int orientation)
    {
        if (orientation is <= Normal or > 8)
            return image;
        var swaps = orientation >= 5;
        var (width, height) = (image.Width, image.Height);
        var (start, right, down) = (0, 1, width);
        if (orientation is 2 or 3 or 7 or 8)
            (start, right) = (width - 1, -1);
        if (orientation is 3 or 4 or 6 or 7)
            (start, down) = (start + (height - 1) * width, -width);
        var (fullWidth, fullHeight) = swaps ? (image.FullHeight, image.FullWidth) : (image.FullWidth, image.FullHeight);
        if (swaps)
            (width, height, right, down) = (height, width, down, right);

        var upright = RgbImage.Reduced(fullWidth, fullHeight, image.Reduction);
        var from = MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan);
        var to = MemoryMarshal.Cast<byte, RgbPixel>(upright.PixelSpan);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                to[y * width + x] = from[start + y * down + x * right];
        }
        image.Dispose();
        return upright;
    }
}
