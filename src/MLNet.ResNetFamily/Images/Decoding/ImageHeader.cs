using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>What an encoded image says about itself. Reading it allocates nothing that grows with the image.</summary>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height)
{
    /// <summary>Most pixels whatever the option says: beyond, the bytes of an image do not fit an array.</summary>
    private static readonly long MostPixels = Array.MaxLength / 4;

    // What people have in folders and this library does not decode; the first bytes, and where they stand.
    private static readonly (string Name, int Offset, byte[] Magic)[] Undecoded =
    [
        ("a GIF", 0, "GIF8"u8.ToArray()),
        ("a BMP", 0, "BM"u8.ToArray()),
        ("a TIFF", 0, "II*\0"u8.ToArray()),
        ("a TIFF", 0, "MM\0*"u8.ToArray()),
        ("a HEIF or AVIF", 4, "ftyp"u8.ToArray()),
        ("a JPEG 2000", 4, "jP  "u8.ToArray()),
        ("a JPEG XL", 4, "JXL "u8.ToArray()),
        ("a JPEG XL", 0, [0xFF, 0x0A]),
        ("a Photoshop", 0, "8BPS"u8.ToArray()),
        ("an icon", 0, [0, 0, 1, 0]),
    ];

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

    public static string Name(ImageFormat format) => format switch { ImageFormat.Jpeg => "JPEG", ImageFormat.Png => "PNG", _ => "WebP" };

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
        foreach (var (name, offset, magic) in Undecoded)
        {
            if (bytes.Length > offset && bytes[offset..].StartsWith(magic))
            {
                throw new InvalidDataException(
                    $"'{origin}': this is {name} image, but only JPEG, PNG and WebP are decoded. Convert it to one of them.");
            }
        }
        throw new InvalidDataException(
            $"'{origin}': this is not an image: it starts with {Describe(bytes)}, but JPEG, PNG or WebP was " +
            "expected. Replace or remove it.");
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
