using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>Small images of three classes that are told apart by the color of a square on gray noise.</summary>
internal static class ColorImages
{
    public static readonly string[] ClassNames = ["amber", "blue", "crimson"];

    private static readonly (int Red, int Green, int Blue)[] Colors = [(220, 170, 30), (30, 60, 220), (190, 20, 50)];

    /// <summary>Writes JPEG files into one folder per class.</summary>
    public static void Draw(string folder, int perClass, int size = 48)
    {
        for (var label = 0; label < ClassNames.Length; label++)
        {
            for (var i = 0; i < perClass; i++)
            {
                var path = Path.Combine(folder, ClassNames[label], $"{i:00}.jpg");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                DrawOne(path, label, size, seed: (perClass * label) + i);
            }
        }
    }

    /// <summary>Writes one JPEG file.</summary>
    public static void DrawOne(string path, int label, int size, int seed)
    {
        var random = new Random(seed);
        var (left, top) = (random.Next(size / 3), random.Next(size / 3));
        var (red, green, blue) = Colors[label];
        var rgba = new byte[size * size * 4];
        for (var i = 0; i < size * size; i++)
        {
            var isSquare = i % size >= left && i % size < left + (size * 2 / 3) && i / size >= top && i / size < top + (size * 2 / 3);
            var noise = random.Next(-30, 31);
            Write(rgba.AsSpan(i * 4, 4), isSquare ? red : 120, isSquare ? green : 120, isSquare ? blue : 120, noise);
        }
        using var image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, rgba);
        image.Save(path);
    }

    private static void Write(Span<byte> rgba, int red, int green, int blue, int noise) =>
        (rgba[0], rgba[1], rgba[2], rgba[3]) = (Level(red + noise), Level(green + noise), Level(blue + noise), 255);

    private static byte Level(int value) => (byte)Math.Clamp(value, 0, 255);
}
