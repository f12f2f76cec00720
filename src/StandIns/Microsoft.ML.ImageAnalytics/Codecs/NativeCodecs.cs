using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.ImageAnalytics.Codecs;

/// <summary>Finds the system's image libraries, and says which package holds a missing one.</summary>
internal static class NativeCodecs
{
    public const string TurboJpeg = "turbojpeg";
    public const string Png = "png16";
    public const string WebP = "webp";

    /// <summary>To be called once, before the first use of a codec.</summary>
    public static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeCodecs).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        var (file, package) = name switch
        {
            TurboJpeg => ("libturbojpeg.so.0", "libturbojpeg0"),
            Png => ("libpng16.so.16", "libpng16-16"),
            WebP => ("libwebp.so.7", "libwebp7"),
            _ => (name, null),
        };
        if (NativeLibrary.TryLoad(file, assembly, searchPath, out var handle) || package is null)
            return handle;
        throw new DllNotFoundException($"'{file}' was not found. Install it: apt-get install {package}.");
    }
}
