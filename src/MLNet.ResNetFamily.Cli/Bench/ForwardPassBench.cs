using TorchSharp;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times what scoring does with a batch that is decoded already: from pixels to probabilities.</summary>
internal static class ForwardPassBench
{
    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task)
    {
        var model = Network(task.Spec);
        var size = task.Spec.Preprocessing.ImageSize;
        var pixels = Pixels(task.Batch, size);
        using IScoredNetwork network = task.IsQuantized
            ? Quantized(model, pixels, size)
            : new BuiltNetwork(OnnxModel.Of(model, task.Spec.Preprocessing, classNames: null), owner: model);
        using var engine = EngineChoice.For(
            task.Scoring with { Device = ComputeDevice.Cpu }, network, task.Spec.Family, gpuDeviceId: null, fallbackToCpu: false)
            .Make(network, BenchTask.ClassCount, OutputActivation.Softmax, Results.Note);
        var times = StepTimer.Times(() => engine.Run(pixels, size, task.Threads), task.Cancellation);
        return
        [
            ("dtype", task.TypeName(engine.Precision)), .. StepTimer.Rate(task.Batch, times),
            ("gflop_per_s", task.OperationRate(task.Batch / Statistics.Median(times))),
        ];
    }

    /// <summary>A classifier with random weights.</summary>
    public static ImageClassifierNetwork Network(BackboneSpec spec)
    {
        LibtorchStart.Require();
        torch.manual_seed(0);
        var network = new ImageClassifierNetwork(spec, BenchTask.ClassCount);
        network.eval();
        return network;
    }

    /// <summary>Normalized images that show nothing.</summary>
    public static float[] Pixels(int count, int size)
    {
        var random = new Random(0);
        var pixels = new float[count * 3 * size * size];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 4 * random.NextSingle() - 2;
        return pixels;
    }

    private static QuantizedNetwork Quantized(ImageClassifierNetwork network, float[] pixels, int imageSize)
    {
        using var original = network;
        var model = OnnxModel.Of(network, network.Backbone.Spec.Preprocessing, classNames: null);
        using var engine = new CalibrationEngine(model);
        engine.Run(pixels, imageSize, threads: null);
        return QuantizedNetwork.Of(model, new(engine.Ranges, new QuantizationOptions().KeepsFirstAndLastLayer));
    }
}
