using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics.Codecs;

/// <summary>PNG through the simplified interface of libpng.</summary>
internal static unsafe partial class Png
{
    private const uint InterfaceVersion = 1;
    private const uint FormatRgba = 0x03, FormatBgra = 0x13;
    private const uint SixteenBitsAreSrgb = 4;

    /// <summary>The picture, or null where there is none.</summary>
    public static MLImage Decode(ReadOnlySpan<byte> encoded)
    {
        var state = new State { Version = InterfaceVersion };
        fixed (byte* data = encoded)
        {
            if (png_image_begin_read_from_memory(ref state, data, (nuint)encoded.Length) == 0)
                return null;
            state.Format = FormatBgra;
            state.Flags |= SixteenBitsAreSrgb;
            if ((long)state.Width * state.Height > int.MaxValue / 4)
            {
                png_image_free(ref state);
                return null;
            }
            var image = new MLImage((int)state.Width, (int)state.Height, MLPixelFormat.Bgra32);
            fixed (byte* pixels = image.WritablePixels)
            {
                if (png_image_finish_read(ref state, null, pixels, (int)state.Width * 4, null) == 0)
                {
                    image.Dispose();
                    return null;
                }
            }
            MultiplyByAlpha(image.WritablePixels);
            return image;
        }
    }

    public static byte[] Encode(MLImage image)
    {
        var pixels = image.Pixels.ToArray();
        DivideByAlpha(pixels);
        var state = new State
        {
            Version = InterfaceVersion,
            Width = (uint)image.Width,
            Height = (uint)image.Height,
            Format = image.PixelFormat == MLPixelFormat.Bgra32 ? FormatBgra : FormatRgba,
        };
        nuint size = 0;
        fixed (byte* data = pixels)
        {
            if (png_image_write_to_memory(ref state, null, ref size, 0, data, image.Width * 4, null) == 0)
                throw new InvalidOperationException("The picture could not be encoded as PNG.");
            var encoded = new byte[size];
            fixed (byte* buffer = encoded)
            {
                if (png_image_write_to_memory(ref state, buffer, ref size, 0, data, image.Width * 4, null) == 0)
                    throw new InvalidOperationException("The picture could not be encoded as PNG.");
            }
            return encoded;
        }
    }

    internal static void MultiplyByAlpha(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            int alpha = pixels[i + 3];
            if (alpha == 255)
                continue;
            for (var c = i; c < i + 3; c++)
                pixels[c] = TurboJpeg.Product(pixels[c], alpha);
        }
    }

    internal static void DivideByAlpha(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            int alpha = pixels[i + 3];
            if (alpha is 0 or 255)
                continue;
            for (var c = i; c < i + 3; c++)
                pixels[c] = (byte)Math.Min(255, (pixels[c] * 255 + alpha / 2) / alpha);
        }
    }

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_begin_read_from_memory(ref State image, byte* memory, nuint size);

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_finish_read(ref State image, void* background, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(NativeCodecs.Png)]
    private static partial void png_image_free(ref State image);

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_write_to_memory(
        ref State image, byte* memory, ref nuint memoryBytes, int convertTo8Bit, byte* buffer, int rowStride, void* colormap);

    /// <summary>png_image of png.h.</summary>
    private struct State
    {
        public nint Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColormapEntries;
        public uint WarningOrError;
        public Message Text;
    }

    [InlineArray(64)]
    private struct Message
    {
        private byte _first;
    }
}
