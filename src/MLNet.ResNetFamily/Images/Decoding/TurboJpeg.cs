using System.Reflection;
using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// JPEG through libjpeg-turbo's TurboJPEG interface, where this machine has the library (Debian's libturbojpeg0, "turbojpeg.dll",
/// "libturbojpeg.dylib"): straight into red, green and blue, and at 1/2, 1/4 or 1/8 of the size where that is enough, which leaves out
/// most of the inverse cosine transform and of the resizing that follows. Without the library, ML.NET's decoder does it.
/// </summary>
internal static unsafe class TurboJpeg
{
    private const int FormatRgb = 0, ColorspaceCmyk = 3, ColorspaceYcck = 4;
    private const int Warning = 0;

    /// <summary>Refuses files of over 500 scans, which a few kilobytes can ask for and which take minutes.</summary>
    private const int LimitScans = 32768;

    private const int LargestReduction = 8;

    private static readonly Functions? Library = Load();

    /// <summary>Whether the library was found.</summary>
    public static bool IsPresent => Library is not null;

    /// <summary>
    /// The image, or null where this decoder has no library or does not do its colors; the caller disposes of it. Its shorter side has
    /// at least <paramref name="shorterSide"/> pixels, or all that the file has.
    /// </summary>
    /// <exception cref="InvalidDataException">The decoder gives up on the data.</exception>
    public static RgbImage? TryDecode(ReadOnlySpan<byte> bytes, in ImageHeader header, int shorterSide, string origin)
    {
        if (Library is not { } library)
            return null;
        var decoder = library.Start();
        if (decoder == 0)
            return null;
        var image = default(RgbImage);
        try
        {
            fixed (byte* data = bytes)
            {
                int width, height, subsampling, colorspace;
                Check(library, decoder, library.ReadHeader(decoder, data, new((nuint)bytes.Length), &width, &height, &subsampling, &colorspace), origin);
                if (colorspace is ColorspaceCmyk or ColorspaceYcck)
                    return null;
                if (width != header.Width || height != header.Height)
                    throw ImageHeader.Damaged(origin, "JPEG", $"its header says {header.Width} x {header.Height}, its image is {width} x {height}");
                image = RgbImage.Reduced(width, height, Reduction(Math.Min(width, height), shorterSide));
                fixed (byte* pixels = image.Pixels)
                {
                    Check(library, decoder, library.Decompress(
                        decoder, data, new((nuint)bytes.Length), pixels, image.Width, image.Width * 3, image.Height, FormatRgb, LimitScans), origin);
                }
            }
            return image;
        }
        catch
        {
            image?.Dispose();
            throw;
        }
        finally
        {
            library.End(decoder);
        }
    }

    /// <summary>The largest power of two that leaves at least <paramref name="shorterSide"/> pixels; the scales between are not vectorised.</summary>
    private static int Reduction(int shorter, int shorterSide)
    {
        var reduction = 1;
        while (reduction < LargestReduction && shorter >= 2L * reduction * shorterSide)
            reduction *= 2;
        return reduction;
    }

    // Whether the file is whole was looked at before; what the decoder only warns of, ML.NET's lets pass too.
    private static void Check(Functions library, nint decoder, int status, string origin)
    {
        if (status != 0 && library.ErrorCode(decoder) != Warning)
        {
            var reason = Marshal.PtrToStringUTF8(library.ErrorText(decoder));
            throw new InvalidDataException($"'{origin}': the Jpeg data cannot be decoded ({reason}). Save the image again, or remove it.");
        }
    }

    private static Functions? Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["turbojpeg", "libturbojpeg"]
            : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "libturbojpeg.0.dylib"]
            : ["libturbojpeg.so.0"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out var library) && Functions.TryFind(library) is { } functions)
                return functions;
        }
        return null;
    }

    /// <summary>The functions of version 2 of the interface, which version 3 has as well.</summary>
    private sealed class Functions
    {
        public required delegate* unmanaged<nint> Start { get; init; }

        public required delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int> ReadHeader { get; init; }

        public required delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress { get; init; }

        public required delegate* unmanaged<nint, int> ErrorCode { get; init; }

        public required delegate* unmanaged<nint, nint> ErrorText { get; init; }

        public required delegate* unmanaged<nint, int> End { get; init; }

        /// <summary>Null where the library is too old to have all of them.</summary>
        public static Functions? TryFind(nint library) =>
            NativeLibrary.TryGetExport(library, "tjInitDecompress", out var start)
            && NativeLibrary.TryGetExport(library, "tjDecompressHeader3", out var readHeader)
            && NativeLibrary.TryGetExport(library, "tjDecompress2", out var decompress)
            && NativeLibrary.TryGetExport(library, "tjGetErrorCode", out var errorCode)
            && NativeLibrary.TryGetExport(library, "tjGetErrorStr2", out var errorText)
            && NativeLibrary.TryGetExport(library, "tjDestroy", out var end)
                ? new()
                {
                    Start = (delegate* unmanaged<nint>)start,
                    ReadHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)readHeader,
                    Decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)decompress,
                    ErrorCode = (delegate* unmanaged<nint, int>)errorCode,
                    ErrorText = (delegate* unmanaged<nint, nint>)errorText,
                    End = (delegate* unmanaged<nint, int>)end,
                }
                : null;
    }
}
