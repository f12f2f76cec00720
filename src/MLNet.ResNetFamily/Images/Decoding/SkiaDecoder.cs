using System.Buffers.Binary;
using SkiaSharp;

namespace MLNet.ResNetFamily;

/// <summary>
/// JPEG, PNG, WebP, BMP, and the first frame of GIF by SkiaSharp's codecs. Color profiles are not applied, as in Pillow and ML.NET. Of 16
/// bits the upper 8 are taken, as in these. Transparency is laid over black; libwebp rounds down where Pillow rounds to the nearest of 255
/// levels.
/// </summary>
internal static unsafe class SkiaDecoder
{
    /// <summary>The size of the image in a WebP file (RFC 9649); nothing is decoded.</summary>
    public static ImageHeader ReadWebPHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        // The codec takes an image for whole whose last chunks are cut off, and an animation as soon as one frame is there.
        var end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (end > bytes.Length)
            throw ImageHeader.CutOff(origin, "WebP", bytes.Length, FormattableString.Invariant($"{end - bytes.Length:N0} bytes more"));
        fixed (byte* file = bytes)
        {
            using var data = SKData.Create((nint)file, bytes.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageHeader.Damaged(origin, "WebP", "it holds no image");
            if (codec.FrameCount > 0)
            {
                throw new InvalidDataException(
                    $"'{origin}': this WebP image is an animation, but only still images are decoded. Save one frame of it.");
            }
            return new(ImageFormat.WebP, codec.Info.Width, codec.Info.Height);
        }
    }

    /// <summary>What the EXIF data of a JPEG or WebP file say of its <see cref="ImageOrientation"/>.</summary>
    public static int ReadOrientation(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* file = bytes)
        {
            using var data = SKData.Create((nint)file, bytes.Length);
            using var codec = SKCodec.Create(data);
            return codec is null ? ImageOrientation.Normal : (int)codec.EncodedOrigin;
        }
    }

    /// <summary>The image; its size has been found acceptable. The caller disposes of it.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="header">What its header says.</param>
    /// <param name="reduction">1, or for a JPEG file 2, 4 or 8: the pixels of the file, each way, that one pixel stands for.</param>
    /// <param name="origin">What messages call it.</param>
    /// <exception cref="InvalidDataException">The decoder gives up on the data.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, in ImageHeader header, int reduction, string origin)
    {
        fixed (byte* file = bytes)
        {
            using var data = SKData.Create((nint)file, bytes.Length);
            using var codec = SKCodec.Create(data) ?? throw ImageHeader.Undecodable(origin, header.Format, "its header is damaged");
            if (codec.Info.Width != header.Width || codec.Info.Height != header.Height)
            {
                throw ImageHeader.Damaged(
                    origin, ImageHeader.Name(header.Format),
                    $"its header says {header.Width} x {header.Height}, its image is {codec.Info.Width} x {codec.Info.Height}");
            }
            var image = RgbImage.Reduced(header.Width, header.Height, reduction, bytesPerPixel: 4);
            var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul;
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, alpha);
            SKCodecResult result;
            fixed (byte* pixels = image.Pixels)
                result = codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default);
            if (result == SKCodecResult.Success)
            {
                RgbaPixels.DropAlpha(image.Pixels, image.PixelSpan, RgbaPixels.RedFirst);
                return image;
            }
            image.Dispose();
            throw result == SKCodecResult.IncompleteInput
                ? ImageHeader.Damaged(origin, ImageHeader.Name(header.Format), "its image data ends before the last row")
                : ImageHeader.Undecodable(origin, header.Format, $"{result}");
        }
    }
}
