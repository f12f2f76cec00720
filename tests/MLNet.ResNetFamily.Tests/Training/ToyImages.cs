namespace MLNet.ResNetFamily.Tests.Training;

/// <summary>Small images that a tiny network tells apart: bars that run across, down or along the diagonal, in any color.</summary>
internal static class ToyImages
{
    public const int Size = 16;

    /// <summary>What a tiny network expects of <see cref="Make"/>'s images.</summary>
    public static Preprocessing Preprocessing { get; } = new Preprocessing().WithImageSize(Size);

    /// <summary>A network that trains in milliseconds.</summary>
    public static ImageClassifierNetwork Network(int seed, int classCount = 3)
    {
        TorchSharp.torch.random.manual_seed(seed);
        return new(new ResNetSpec("tiny", BlockKind.Basic, 1, 1) { BaseWidth = 8, Stem = StemKind.Cifar }, classCount);
    }

    /// <summary>Images of all classes in turn.</summary>
    public static TrainingImages Make(int count, int seed = 1, int classCount = 3)
    {
        var random = new Random(seed);
        var items = new List<ImageItem>();
        var labels = new List<int>();
        for (var index = 0; index < count; index++)
        {
            var label = index % classCount;
            items.Add(new DecodedImage(Draw(label, random), $"image {index}"));
            labels.Add(label);
        }
        return new(items, labels, classCount);
    }

    private static RgbImage Draw(int label, Random random)
    {
        var noise = new byte[Size * Size * 3];
        random.NextBytes(noise);
        var color = new byte[3];
        random.NextBytes(color);
        var phase = random.Next(4);
        return new(Size, Size, DrawnPixels.Of(Size, Size, (x, y, channel) =>
        {
            var position = label switch { 0 => y, 1 => x, _ => x + y };
            var isBar = (position + phase) / 2 % 2 == 0;
            var value = isBar ? color[channel] : (byte)~color[channel];
            return (3 * value + noise[(y * Size + x) * 3 + channel]) / 4;
        }));
    }
}
