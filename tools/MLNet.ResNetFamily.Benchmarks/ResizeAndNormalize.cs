using BenchmarkDotNet.Attributes;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>How long do an image's pixels take to become a network's input?</summary>
[MemoryDiagnoser]
public class ResizeAndNormalize
{
    private static readonly Preprocessing Preprocessing = new();
    private readonly Preprocessor _preprocessor = new(Preprocessing);
    private readonly float[] _values = new float[3 * Preprocessing.ImageSize * Preprocessing.ImageSize];
    private RgbImage _image = new(1, 1);

    /// <summary>Sides of the image. One of the input's size is normalized alone.</summary>
    [Params("224x224", "400x300", "1600x1200")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var sides = Size.Split('x').Select(int.Parse).ToArray();
        _image = DrawnImage.Draw(sides[0], sides[1]);
    }

    [Benchmark]
    public void Apply() => _preprocessor.Apply(_image, _values);
}
