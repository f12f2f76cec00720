using System.Reflection;
using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// JPEG through libjpeg-turbo's TurboJPEG interface, where this machine has the library (Debian's libturbojpeg0, "turbojpeg.dll",
/// "libturbojpeg.dylib"). <see cref="SkiaDecoder"/> gives the same pixels, but has the same library without its vector instructions:
/// on one core of a Xeon, photographs of 192 x 256 took 0.83 ms each instead of 0.36 ms, of 1536 x 2048 at a quarter of their size 14.4 ms
/// instead of 9.8 ms (SkiaSharp 3.119.4, libturbojpeg0 2.1.5, November 2026).
/// </summary>
internal static unsafe class TurboJpeg
{
    private const int FormatRgb = 0, ColorspaceCmyk = 3, ColorspaceYcck = 4;
    private const int Warning = 0;

    private static readonly Functions? Library = Load();

    /// <summary>Whether the library was found.</summary>
    public static bool IsPresent => Library is not null;

    /// <summary>
    /// The image, or null where this decoder has no library or does not do its colors; the caller disposes of it. One pixel stands for
    /// <paramref name="reduction"/> pixels of the file each way: 1, 2, 4 or 8.
    /// </summary>
    /// <exception cref="InvalidDataException">The decoder gives up on the data.</exception>
    public static RgbImage? TryDecode(ReadOnlySpan<byte> bytes, in ImageHeader header, int reduction, string origin)
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
                Check(
                    library, decoder,
                    library.ReadHeader(decoder, data, new((nuint)bytes.Length), &width, &height, &subsampling, &colorspace), origin);
                if (colorspace is ColorspaceCmyk or ColorspaceYcck)
                    return null;
                if (width != header.Width || height != header.Height)
                {
                    throw ImageHeader.Damaged(
                        origin, "JPEG", $"its header says {header.Width} x {header.Height}, its image is {width} x {height}");
                }
                image = RgbImage.Reduced(width, height, reduction);
                fixed (byte* pixels = image.Pixels)
                {
                    Check(library, decoder, library.Decompress(
                        decoder, data, new((nuint)bytes.Length), pixels, image.Width, image.Width * 3, image.Height, FormatRgb, 0), origin);
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

    // Whether the file is whole was looked at before; what the decoder only warns of, SkiaSharp's lets pass too.
    private static void Check(Functions library, nint decoder, int status, string origin)
    {
        if (status != 0 && library.ErrorCode(decoder) != Warning)
        {
            var reason = Marshal.PtrToStringUTF8(library.ErrorText(decoder));
            throw ImageHeader.Undecodable(origin, ImageFormat.Jpeg, reason ?? "no reason given");
        }
    }

    private static Functions? Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["turbojpeg", "libturbojpeg"]
            : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "libturbojpeg.0.dylib"]
            : ["libturbojpeg.so.0"];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), null, out var library)
                && Functions.TryFind(library) is { } functions)
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
