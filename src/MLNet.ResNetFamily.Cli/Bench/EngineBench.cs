using TorchSharp;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// Times both engines in turn with a network of each family: the table that the scoring option Engine follows when it is auto.
/// </summary>
internal static class EngineBench
{
    private const int Rounds = 3;

    // A family is as fast as its network of about this cost: resnet50's.
    private const double TypicalCost = 4e9;

    // Networks for smaller images are not what a service waits for.
    private const int LeastImageSize = 128;

    private static readonly int[] Batches = [1, 16];

    /// <summary>The rows of this processor, each as soon as it is measured.</summary>
    public static IEnumerable<EngineRow> Run(int threads, CancellationToken cancellation)
    {
        var runtime = OnnxRuntimePackage.Get();
        var precisions = new[] { Precision.Float32, Precision.Auto.On(torch.CPU) }.Distinct().ToList();
        foreach (var spec in Representatives())
        {
            var model = ForwardPassBench.Network(spec);
            using var network = new BuiltNetwork(OnnxModel.Of(model, spec.Preprocessing, classNames: null), owner: model);
            foreach (var precision in precisions)
            {
                using var libtorch = Engine(null, precision);
                using var onnxRuntime = Engine(runtime, Precision.Float32);
                foreach (var batch in Batches)
                {
                    yield return new(
                        Processor.InstructionSet, precision, batch, spec.Family,
                        Ratio(spec.Preprocessing.ImageSize, batch, libtorch, onnxRuntime));
                }
            }

            IInferenceEngine Engine(IOnnxRuntime? onnxRuntime, Precision precision) =>
                new EngineChoice(onnxRuntime, Gpu: null, precision).Make(
                    network, BenchTask.ClassCount, OutputActivation.Softmax, Results.Note);
        }

        double Ratio(int size, int batch, IInferenceEngine libtorch, IInferenceEngine onnxRuntime)
        {
            var pixels = ForwardPassBench.Pixels(batch, size);
            return Statistics.Median([.. Enumerable.Range(0, Rounds).Select(_ => Seconds(libtorch) / Seconds(onnxRuntime))]);

            double Seconds(IInferenceEngine engine) =>
                Statistics.Median(StepTimer.Times(() => engine.Run(pixels, size, threads), cancellation));
        }
    }

    private static IEnumerable<BackboneSpec> Representatives() => Backbones.All
        .Where(spec => spec.Preprocessing.ImageSize >= LeastImageSize)
        .GroupBy(spec => spec.Family)
        .Select(family => family.MinBy(Distance)!);

    private static double Distance(BackboneSpec spec) => Math.Abs(Math.Log(NetworkSummary.CostOf(spec).MultiplyAdds / TypicalCost));
}
