using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>How long does the scoring form of a network take from pixels to probabilities?</summary>
[MemoryDiagnoser]
public class Forward
{
    private LibtorchEngine? _form;
    private float[] _pixels = [];
    private int _imageSize;

    [Params("resnet18", "resnet50", "densenet121")]
    public string Backbone { get; set; } = "";

    [Params(1, 16)]
    public int BatchSize { get; set; }

    /// <summary>What it computes in. A processor without instructions for bfloat16 is slower in it.</summary>
    [Params(Precision.Float32, Precision.BFloat16)]
    public Precision Numbers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var spec = Backbones.Named(Backbone);
        _imageSize = spec.Preprocessing.ImageSize;
        var random = new Random(1);
        _pixels = [.. Enumerable.Range(0, BatchSize * 3 * _imageSize * _imageSize).Select(_ => 2 * random.NextSingle() - 1)];
        using var network = new ImageClassifierNetwork(spec, classCount: 1000);
        network.eval();
        _form = new(network, torch.CPU, Numbers, OutputActivation.Softmax, _ => { });
    }

    [GlobalCleanup]
    public void Cleanup() => _form!.Dispose();

    [Benchmark]
    public float[] Run() => _form!.Run(_pixels, _imageSize, threads: null);
}
