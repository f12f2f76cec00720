using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics.Codecs;

/// <summary>JPEG through the TurboJPEG interface of libjpeg-turbo.</summary>
internal static unsafe partial class TurboJpeg
{
    private const int FormatBgrx = 3, FormatRgbx = 2, FormatBgra = 8, FormatCmyk = 11;
    private const int ColorspaceCmyk = 3, ColorspaceYcck = 4;
    private const int Subsampling420 = 2;
    private const int Warning = 0;

    /// <summary>The picture, or null where there is none. What is missing of a file that was cut off stays grey, as in the genuine one.</summary>
    public static MLImage Decode(ReadOnlySpan<byte> encoded)
    {
        var decoder = tjInitDecompress();
        MLImage image = null;
        try
        {
            fixed (byte* data = encoded)
            {
                if (tjDecompressHeader3(decoder, data, new((uint)encoded.Length), out var width, out var height, out _, out var colorspace) != 0
                    && tjGetErrorCode(decoder) != Warning)
                {
                    return null;
                }
                if (width <= 0 || height <= 0 || (long)width * height > int.MaxValue / 4)
                    return null;
                image = new MLImage(width, height, MLPixelFormat.Bgra32);
                var isCmyk = colorspace is ColorspaceCmyk or ColorspaceYcck;
                fixed (byte* pixels = image.WritablePixels)
                {
                    var format = isCmyk ? FormatCmyk : FormatBgra;
                    if (tjDecompress2(decoder, data, new((uint)encoded.Length), pixels, width, width * 4, height, format, 0) != 0
                        && tjGetErrorCode(decoder) != Warning)
                    {
                        image.Dispose();
                        return null;
                    }
                }
                if (isCmyk)
                    CmykToBgra(image.WritablePixels);
                return image;
            }
        }
        finally
        {
            tjDestroy(decoder);
        }
    }

    public static byte[] Encode(MLImage image)
    {
        var encoder = tjInitCompress();
        byte* encoded = null;
        try
        {
            fixed (byte* pixels = image.Pixels)
            {
                var format = image.PixelFormat == MLPixelFormat.Bgra32 ? FormatBgrx : FormatRgbx;
                if (tjCompress2(
                    encoder, pixels, image.Width, image.Width * 4, image.Height, format, ref encoded, out var size, Subsampling420, 100, 0) != 0)
                {
                    throw new InvalidOperationException("The picture could not be encoded as JPEG.");
                }
                return new ReadOnlySpan<byte>(encoded, checked((int)size.Value)).ToArray();
            }
        }
        finally
        {
            tjFree(encoded);
            tjDestroy(encoder);
        }
    }

    /// <summary>Files store the inks inverted, as Adobe does: 255 is no ink.</summary>
    private static void CmykToBgra(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var (red, green, blue, white) = (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]);
            pixels[i] = Product(blue, white);
            pixels[i + 1] = Product(green, white);
            pixels[i + 2] = Product(red, white);
            pixels[i + 3] = 255;
        }
    }

    /// <summary>a · b / 255, rounded; the values count as parts of 255.</summary>
    internal static byte Product(int a, int b)
    {
        var product = a * b + 128;
        return (byte)((product + (product >> 8)) >> 8);
    }

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial nint tjInitDecompress();

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial nint tjInitCompress();

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDestroy(nint handle);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial void tjFree(byte* buffer);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjGetErrorCode(nint handle);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDecompressHeader3(
        nint handle, byte* data, CULong size, out int width, out int height, out int subsampling, out int colorspace);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDecompress2(
        nint handle, byte* data, CULong size, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjCompress2(
        nint handle, byte* pixels, int width, int pitch, int height, int format, ref byte* data, out CULong size, int subsampling, int quality, int flags);
}
