using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>What an encoded image says about itself. Reading it allocates nothing that grows with the image.</summary>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>Most pixels whatever the option says: beyond, the bytes of an image do not fit an array.</summary>
    private static readonly long MostPixels = Array.MaxLength / 4;

    private const string Decoded = "JPEG, PNG, WebP, GIF, BMP, and TIFF";

    // What people have in folders and this library does not decode: the first bytes, where they stand, and what to do.
    private static readonly (string Name, int Offset, byte[] Magic, string Remedy)[] Undecoded =
    [
        ("an AVIF image", 4, "ftypavi"u8.ToArray(), "'avifdec IN.avif OUT.png' and ImageMagick's 'magick IN.avif OUT.png' do it."),
        ("a HEIC image", 4, "ftyphei"u8.ToArray(), HeicRemedy),
        ("a HEIC image", 4, "ftyphev"u8.ToArray(), HeicRemedy),
        ("a HEIF image (HEIC or AVIF)", 4, "ftypmif1"u8.ToArray(), HeicRemedy),
        ("a HEIF image (HEIC or AVIF)", 4, "ftypmsf1"u8.ToArray(), HeicRemedy),
        ("a video", 4, "ftyp"u8.ToArray(), "'ffmpeg -i IN -frames:v 1 OUT.jpg' takes its first frame."),
        ("a JPEG XL image", 4, "JXL "u8.ToArray(), JpegXLRemedy),
        ("a JPEG XL image", 0, [0xFF, 0x0A], JpegXLRemedy),
        ("a JPEG 2000 image", 4, "jP  "u8.ToArray(), Remedy),
        ("a BigTIFF image", 0, "II+\0"u8.ToArray(), "'tiffcp IN.tif OUT.tif' makes it an ordinary TIFF."),
        ("a BigTIFF image", 0, "MM\0+"u8.ToArray(), "'tiffcp IN.tif OUT.tif' makes it an ordinary TIFF."),
        ("a Photoshop image", 0, "8BPS"u8.ToArray(), Remedy),
        ("an icon", 0, [0, 0, 1, 0], Remedy),
    ];

    private const string Remedy = "ImageMagick's 'magick IN OUT.png' does it.";

    private const string HeicRemedy =
        "'heif-convert IN.heic OUT.jpg' and ImageMagick's 'magick IN.heic OUT.jpg' do it; an iPhone takes JPEG photos " +
        "with the camera format 'Most Compatible'.";

    private const string JpegXLRemedy = "'djxl IN.jxl OUT.png' does it, and gives back the original JPEG file of one made from it.";

    /// <summary>Reads the header and checks that the file is whole, as far as that can be seen without decoding.</summary>
    /// <exception cref="InvalidDataException">
    /// It is no image of a known format, cut off, or larger than <paramref name="maxPixels"/>.
    /// </exception>
    public static ImageHeader Read(ReadOnlySpan<byte> bytes, string origin, long maxPixels)
    {
        var header = Recognise(bytes, origin) switch
        {
            ImageFormat.Jpeg => JpegFile.ReadHeader(bytes, origin),
            ImageFormat.Png => PngFile.ReadHeader(bytes, origin),
            ImageFormat.Gif => GifFile.ReadHeader(bytes, origin),
            ImageFormat.Bmp => BmpFile.ReadHeader(bytes, origin),
            ImageFormat.Tiff => TiffFile.ReadHeader(bytes, origin),
            _ => SkiaDecoder.ReadWebPHeader(bytes, origin),
        };
        if (header.Width <= 0 || header.Height <= 0)
        {
            throw new InvalidDataException(
                $"'{origin}': the image is {header.Width} x {header.Height} pixels, but needs at least one each " +
                "way. Replace or remove it.");
        }
        var pixels = (long)header.Width * header.Height;
        if (pixels > Math.Min(maxPixels, MostPixels))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"'{origin}': the image has {header.Width} x {header.Height} = {pixels:N0} pixels, ") +
                FormattableString.Invariant($"but at most {Math.Min(maxPixels, MostPixels):N0} are decoded. ") +
                (pixels > MostPixels ? "Scale it down." : "Scale it down, or raise the option 'MaxPixels' if you trust it."));
        }
        return header;
    }

    /// <summary>The error for a file that ends too early.</summary>
    public static InvalidDataException CutOff(string origin, string format, long length, string missing) => new(
        FormattableString.Invariant($"'{origin}': the {format} data ends after {length:N0} bytes, ") +
        $"but {missing} should follow: the file was cut off. Copy or download it again.");

    /// <summary>The error for a file that contradicts its format.</summary>
    public static InvalidDataException Damaged(string origin, string format, string found) =>
        new($"'{origin}': the {format} data is damaged: {found}. Copy or download the file again.");

    /// <summary>The error for a file whose decoder gives up.</summary>
    public static InvalidDataException Undecodable(string origin, ImageFormat format, string reason) =>
        new($"'{origin}': the {Name(format)} data cannot be decoded ({reason}). Save the image again, or remove it.");

    public static string Name(ImageFormat format) => format is ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();

    private static ImageFormat Recognise(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.IsEmpty)
            throw new InvalidDataException($"'{origin}': there are no bytes, but an image was expected. Copy or download it again.");
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (bytes.StartsWith(PngFile.Signature))
            return ImageFormat.Png;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
            return ImageFormat.WebP;
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))
            return ImageFormat.Tiff;
        // Two letters may begin any text; the bytes 6 to 9 of a BMP file are zero.
        if (bytes.StartsWith("BM"u8) && (bytes.Length < 10 || bytes[6..10].IndexOfAnyExcept((byte)0) < 0))
            return ImageFormat.Bmp;
        foreach (var (name, offset, magic, remedy) in Undecoded)
        {
            if (bytes.Length > offset && bytes[offset..].StartsWith(magic))
            {
                throw new InvalidDataException(
                    $"'{origin}': this is {name}, but only {Decoded} are decoded. Convert it to one of them: {remedy}");
            }
        }
        throw new InvalidDataException(
            $"'{origin}': this is not an image: it starts with {Describe(bytes)}, but only " +
            $"{Decoded} are decoded. Replace or remove it.");
    }

    /// <summary>The first bytes as a person reads them: as text where they are text.</summary>
    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        var first = bytes[..Math.Min(bytes.Length, 16)];
        return first.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            ? $"the text \"{Encoding.ASCII.GetString(first)}\""
            : $"the bytes {Convert.ToHexString(first[..Math.Min(first.Length, 8)])}";
    }
}
