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

    /// <summary>Longer side of the picture.</summary>
    [Params(400, 1600)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        using var picture = Picture.Draw(Width, Width * 3 / 4);
        _file = Picture.Encode(picture, Extension);
    }

    [Benchmark(Baseline = true)]
    public void Whole() => ImageDecoder.DecodeBytes(_file, "picture", MaxPixels).Dispose();

    /// <summary>As scoring asks for it: a JPEG file at a part of its size.</summary>
    [Benchmark]
    public void AsSmallAsScoringNeedsIt() => ImageDecoder.DecodeBytes(_file, "picture", MaxPixels, new Preprocessor(new()).ShorterSide).Dispose();
}
