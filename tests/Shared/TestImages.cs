using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Small images of three classes, told apart by color, in each of the four forms that an image column may have.</summary>
internal static class TestImages
{
    public const int Size = 16;

    public static readonly string[] ClassNames = ["amber", "blue", "crimson"];

    private static readonly (int Red, int Green, int Blue)[] Colors = [(220, 170, 30), (30, 60, 220), (190, 20, 50)];

    /// <summary>Red, green and blue of each pixel: the color of the class with noise, on a gray background.</summary>
    public static byte[] Pixels(int image, int size = Size)
    {
        var random = new Random(image);
        var color = Colors[image % Colors.Length];
        var (left, top) = (random.Next(size / 4), random.Next(size / 4));
        return DrawnPixels.Of(size, size, (x, y, channel) =>
        {
            var isObject = x >= left && y >= top && x < left + size * 3 / 4 && y < top + size * 3 / 4;
            return Noisy(!isObject ? 120 : channel switch { 0 => color.Red, 1 => color.Green, _ => color.Blue }, random);
        });
    }

    public static MLImage Image(int image, int size = Size) => DrawnPixels.Image(size, size, Pixels(image, size));

    /// <summary>Planes of red, green and blue, 0 to 255.</summary>
    public static float[] Planes(int image)
    {
        var pixels = Pixels(image);
        var area = Size * Size;
        return [.. Enumerable.Range(0, 3 * area).Select(i => (float)pixels[i % area * 3 + i / area])];
    }

    public static string LabelOf(int image) => ClassNames[image % ClassNames.Length];

    public static List<ImageRow> Images(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ImageRow { Number = i, Image = Image(i), Label = LabelOf(i) })];

    public static List<PlanesRow> Planes(IEnumerable<int> images) =>
        [.. images.Select(i => new PlanesRow { Number = i, Image = Planes(i), Label = LabelOf(i) })];

    /// <summary>Writes files into one folder per class.</summary>
    public static List<PathRow> Files(string folder, int count, string extension = ".png", int size = Size)
    {
        var rows = new List<PathRow>();
        for (var i = 0; i < count; i++)
        {
            var path = Path.Combine(folder, LabelOf(i), $"{i:0000}{extension}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var image = Image(i, size);
            image.Save(path);
            rows.Add(new() { Number = i, Image = path, Label = LabelOf(i) });
        }
        return rows;
    }

    private static byte Noisy(int value, Random random) => (byte)Math.Clamp(value + random.Next(-20, 21), 0, 255);

    internal sealed class ImageRow
    {
        public int Number { get; set; }

        [ImageType(Size, Size)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    internal sealed class PathRow
    {
        public int Number { get; set; }

        public string Image { get; set; } = "";

        public string Label { get; set; } = "";
    }

    internal sealed class BytesRow
    {
        public int Number { get; set; }

        public byte[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }

    internal sealed class PlanesRow
    {
        public int Number { get; set; }

        [VectorType(3, Size, Size)]
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }

    internal sealed class ScoredRow
    {
        public int Number { get; set; }

        public string Label { get; set; } = "";

        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }
}
