using SkiaSharp;

namespace MLNet.ResNetFamily;

/// <summary>
/// ML.NET's images are SkiaSharp's: in a program that another package has given a SkiaSharp of another generation, members are missing
/// (dotnet/machinelearning #7413). That is a fault of the program, not of its images.
/// </summary>
internal static class SkiaSharpMismatch
{
    /// <summary>What to tell the user about an error that comes from a missing member; null for any other error.</summary>
    public static InvalidOperationException? Explain(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is MissingMemberException or TypeLoadException)
            {
                return new InvalidOperationException(
                    $"Images cannot be read: {cause.Message} The program has loaded SkiaSharp {Version(typeof(SKBitmap))}, " +
                    $"but ML.NET {Version(typeof(Microsoft.ML.Data.MLImage))} "
                    + "was built for another generation of it. Reference the package SkiaSharp in the version that " +
                        "Microsoft.ML.ImageAnalytics asks for.",
                    error);
            }
        }
        return null;
    }

    private static Version Version(Type type) => type.Assembly.GetName().Version!;
}
