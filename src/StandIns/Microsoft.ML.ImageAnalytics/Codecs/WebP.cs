using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics.Codecs;

/// <summary>WebP through libwebp; of moving pictures nothing is decoded.</summary>
internal static unsafe partial class WebP
{
    /// <summary>The picture, or null where there is none.</summary>
    public static MLImage Decode(ReadOnlySpan<byte> encoded)
    {
        fixed (byte* data = encoded)
        {
            if (WebPGetInfo(data, (nuint)encoded.Length, out var width, out var height) == 0)
                return null;
            var image = new MLImage(width, height, MLPixelFormat.Bgra32);
            fixed (byte* pixels = image.WritablePixels)
            {
                if (WebPDecodeBGRAInto(data, (nuint)encoded.Length, pixels, (nuint)image.WritablePixels.Length, width * 4) == null)
                {
                    image.Dispose();
                    return null;
                }
            }
            Png.MultiplyByAlpha(image.WritablePixels);
            return image;
        }
    }

    /// <summary>Without loss: that is what the genuine one makes of its quality 100.</summary>
    public static byte[] Encode(MLImage image)
    {
        var pixels = image.Pixels.ToArray();
        Png.DivideByAlpha(pixels);
        byte* encoded = null;
        try
        {
            fixed (byte* data = pixels)
            {
                var size = image.PixelFormat == MLPixelFormat.Bgra32
                    ? WebPEncodeLosslessBGRA(data, image.Width, image.Height, image.Width * 4, out encoded)
                    : WebPEncodeLosslessRGBA(data, image.Width, image.Height, image.Width * 4, out encoded);
                if (size == 0)
                    throw new InvalidOperationException("The picture could not be encoded as WebP.");
                return new ReadOnlySpan<byte>(encoded, checked((int)size)).ToArray();
            }
        }
        finally
        {
            WebPFree(encoded);
        }
    }

    [LibraryImport(NativeCodecs.WebP)]
    private static partial int WebPGetInfo(byte* data, nuint size, out int width, out int height);

    [LibraryImport(NativeCodecs.WebP)]
    private static partial byte* WebPDecodeBGRAInto(byte* data, nuint size, byte* pixels, nuint pixelBytes, int stride);

    [LibraryImport(NativeCodecs.WebP)]
    private static partial nuint WebPEncodeLosslessBGRA(byte* pixels, int width, int height, int stride, out byte* encoded);

    [LibraryImport(NativeCodecs.WebP)]
    private static partial nuint WebPEncodeLosslessRGBA(byte* pixels, int width, int height, int stride, out byte* encoded);

    [LibraryImport(NativeCodecs.WebP)]
    private static partial void WebPFree(void* encoded);
}
