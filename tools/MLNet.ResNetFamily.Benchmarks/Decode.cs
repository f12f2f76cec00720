using BenchmarkDotNet.Attributes;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>How long does one file take to become pixels?</summary>
[MemoryDiagnoser]
public class Decode
{
    private const long MaxPixels = 100_000_000;
    private byte[] _file = [];

    /// <summary>Kind of file.</summary>
    [Params(".jpg", ".png")]
    public string Extension { get; set; } = "";

    /// <summary>Longer side of the image.</summary>
    [Params(400, 1600)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        using var image = DrawnImage.Draw(Width, Width * 3 / 4);
        _file = DrawnImage.Encode(image, Extension);
    }

    [Benchmark(Baseline = true)]
    public void Whole() => ImageDecoder.DecodeBytes(_file, "image", MaxPixels).Dispose();

    /// <summary>As scoring asks for it: a JPEG file at a part of its size.</summary>
    [Benchmark]
    public void AsSmallAsScoringNeedsIt() =>
        ImageDecoder.DecodeBytes(_file, "image", DecodeOptions.For(new(), MaxPixels, new Preprocessor(new()).ShorterSide)).Dispose();
}
