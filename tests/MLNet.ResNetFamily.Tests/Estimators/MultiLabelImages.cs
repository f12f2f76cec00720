using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Small images with a band for each of three classes: in the color of the class where the image shows it, else gray.</summary>
internal static class MultiLabelImages
{
    private const int Size = TestImages.Size;

    private static readonly (int Red, int Green, int Blue)[] Colors = [(220, 170, 30), (30, 60, 220), (190, 20, 50)];

    /// <summary>The classes of an image: every set of them in turn, the empty one too.</summary>
    public static string[] LabelsOf(int image) => [.. TestImages.ClassNames.Where((_, index) => (image >> index & 1) == 1)];

    /// <summary>Red, green and blue of each pixel.</summary>
    public static byte[] Pixels(int image)
    {
        var random = new Random(image);
        var pixels = new byte[Size * Size * 3];
        for (var i = 0; i < Size * Size; i++)
        {
            var band = i / Size * 3 / Size;
            var (red, green, blue) = (image >> band & 1) == 1 ? Colors[band] : (120, 120, 120);
            foreach (var (channel, value) in new[] { red, green, blue }.Index())
                pixels[i * 3 + channel] = (byte)Math.Clamp(value + random.Next(-20, 21), 0, 255);
        }
        return pixels;
    }

    /// <summary>Images with their labels as vectors of text.</summary>
    public static IDataView Texts(MLContext mlContext, int count, int first = 0) => mlContext.Data.LoadFromEnumerable(
        Enumerable.Range(first, count).Select(image => new Row { Number = image, Image = Planes(image), Label = LabelsOf(image) }));

    /// <summary>The same with vectors of keys.</summary>
    public static IDataView Keys(MLContext mlContext, int count, int first = 0) =>
        mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Texts(mlContext, 8)).Transform(Texts(mlContext, count, first));

    /// <summary>A classifier that trains in a second.</summary>
    public static ImageClassifierTrainer.Options Options { get; } = TinyClassifier.Options with
    {
        MultiLabel = true,
        Optimizer = OptimizerKind.AdamW,
        LearningRate = 0.01,
        Epochs = 12,
        Augmentation = null,
    };

    private static float[] Planes(int image)
    {
        var pixels = Pixels(image);
        return [.. Enumerable.Range(0, 3 * Size * Size).Select(i => (float)pixels[i % (Size * Size) * 3 + i / (Size * Size)])];
    }

    internal sealed class Row
    {
        public int Number { get; set; }

        [VectorType(3, Size, Size)]
        public float[] Image { get; set; } = [];

        public string[] Label { get; set; } = [];
    }
}
