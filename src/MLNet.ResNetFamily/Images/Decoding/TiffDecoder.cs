using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;

namespace MLNet.ResNetFamily;

/// <summary>
/// The first page of TIFF files by LibTiff.NET: gray, palette, RGB, CMYK and YCbCr of up to 16 bits a sample, whose upper 8 are taken. As
/// in Pillow the orientation, which is a part of this format, is always followed; transparency is laid over black.
/// </summary>
internal static unsafe class TiffDecoder
{
    // The library has one handler for all files; those of others are not its matter.
    static TiffDecoder() => Tiff.SetErrorHandler(new Complaints(Tiff.SetErrorHandler(null) ?? new()));

    /// <summary>The image; its size has been found acceptable. The caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">The decoder gives up on the data.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, in ImageHeader header, string origin)
    {
        var image = new RgbImage(header.Width, header.Height);
        fixed (byte* file = bytes)
        {
            using var source = new Source(file, bytes.Length);
            try
            {
                using var tiff = Tiff.ClientOpen(origin, "r", source, new());
                var size = (tiff?.GetField(TiffTag.IMAGEWIDTH)?[0].ToInt(), tiff?.GetField(TiffTag.IMAGELENGTH)?[0].ToInt());
                if (tiff is not null && size == (header.Width, header.Height)
                    && (IsDeepGray(tiff) ? ReadGray(tiff, image) : Read(tiff, image)))
                    return ImageOrientation.Upright(image, TiffFile.ReadOrientation(bytes));
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // On damaged files the library runs into errors of any kind.
                source.Complaint ??= error.Message;
            }
            image.Dispose();
            throw ImageHeader.Undecodable(origin, ImageFormat.Tiff, source.Complaint ?? "no reason given");
        }
    }

    private static bool Read(Tiff tiff, RgbImage image)
    {
        var raster = ArrayPool<int>.Shared.Rent(image.Width * image.Height);
        try
        {
            // Asked for the orientation that it has, the library leaves the pixels where they are.
            var stored = (Orientation)Field(tiff, TiffTag.ORIENTATION);
            if (!tiff.ReadRGBAImageOriented(image.Width, image.Height, raster, stored, stopOnError: true))
                return false;
            RgbaPixels.DropAlpha(MemoryMarshal.AsBytes(raster.AsSpan(0, image.Width * image.Height)), image.PixelSpan, RgbaPixels.RedFirst);
            return true;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(raster);
        }
    }

    /// <summary>
    /// Gray of 16 bits, for which the library would copy a whole strip for each of its rows, which takes minutes for a microscope's image;
    /// or gray with transparency, which it would drop.
    /// </summary>
    private static bool IsDeepGray(Tiff tiff) =>
        tiff.GetField(TiffTag.PHOTOMETRIC)?[0].ToInt() is (int)Photometric.MINISBLACK or (int)Photometric.MINISWHITE
        && Field(tiff, TiffTag.BITSPERSAMPLE) is var bits && (bits == 16 || (bits == 8 && Field(tiff, TiffTag.SAMPLESPERPIXEL) > 1));

    private static bool ReadGray(Tiff tiff, RgbImage image)
    {
        var isTiled = tiff.IsTiled();
        var width = isTiled ? Field(tiff, TiffTag.TILEWIDTH) : image.Width;
        var height = isTiled ? Field(tiff, TiffTag.TILELENGTH) : (int)Math.Min((uint)Field(tiff, TiffTag.ROWSPERSTRIP), (uint)image.Height);
        var sampleLength = Field(tiff, TiffTag.BITSPERSAMPLE) / 8;
        var isTogether = Field(tiff, TiffTag.PLANARCONFIG) == (int)PlanarConfig.CONTIG;
        var pixelLength = sampleLength * (isTogether ? Field(tiff, TiffTag.SAMPLESPERPIXEL) : 1);
        var hasAlpha = isTogether && tiff.GetFieldDefaulted(TiffTag.EXTRASAMPLES) is [var count, var kinds]
            && count.ToInt() > 0 && kinds.ToByteArray()[0] == (byte)ExtraSample.UNASSALPHA;
        var inverted = Field(tiff, TiffTag.PHOTOMETRIC) == (int)Photometric.MINISWHITE ? byte.MaxValue : 0;

        var part = new byte[isTiled ? tiff.TileSize() : tiff.StripSize()];
        var pixels = MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan);
        var (across, down) = ((image.Width + width - 1) / width, (image.Height + height - 1) / height);
        for (var number = 0; number < across * down; number++)
        {
            var (left, top) = (number % across * width, number / across * height);
            var read = isTiled ? tiff.ReadEncodedTile(number, part, 0, part.Length) : tiff.ReadEncodedStrip(number, part, 0, part.Length);
            if (read < 0)
                return false;
            for (var y = top; y < Math.Min(top + height, image.Height); y++)
            {
                for (var x = left; x < Math.Min(left + width, image.Width); x++)
                {
                    // The library has put the bytes into this machine's order; the upper one comes last.
                    var upper = ((y - top) * width + x - left) * pixelLength + sampleLength - 1;
                    var gray = part[upper] ^ inverted;
                    if (hasAlpha)
                        gray = (gray * part[upper + sampleLength] + 127) / 255;
                    pixels[y * image.Width + x] = new((byte)gray, (byte)gray, (byte)gray);
                }
            }
        }
        return true;
    }

    private static int Field(Tiff tiff, TiffTag tag) => tiff.GetFieldDefaulted(tag)[0].ToInt();

    /// <summary>The bytes of a file, and what the library says about them first.</summary>
    private sealed class Source(byte* file, int length) : UnmanagedMemoryStream(file, length)
    {
        public string? Complaint { get; set; }
    }

    /// <summary>Keeps what the library says about a <see cref="Source"/>, and hands on the rest.</summary>
    private sealed class Complaints(TiffErrorHandler others) : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is Source source)
                source.Complaint ??= string.Format(CultureInfo.InvariantCulture, format, args);
            else
                others.ErrorHandler(tif, method, format, args);
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not Source)
                others.ErrorHandlerExt(tif, clientData, method, format, args);
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not Source)
                others.WarningHandler(tif, method, format, args);
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
            if (tif?.Clientdata() is not Source)
                others.WarningHandlerExt(tif, clientData, method, format, args);
        }
    }
}
