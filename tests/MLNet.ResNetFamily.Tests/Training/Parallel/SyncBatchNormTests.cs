using static MLNet.ResNetFamily.Tests.Training.Parallel.ParallelTraining;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training.Parallel;

[TestClass]
public sealed class SyncBatchNormTests
{
    private static readonly TrainingOptions Slow = Quick with { LearningRate = 0.01 };

    [TestMethod]
    [DataRow(2, 8, 160, Precision.Float32, 1e-5)]
    [DataRow(3, 4, 37, Precision.Float32, 1e-5)]
    [DataRow(4, 1, 9, Precision.Float32, 1e-4)]
    [DataRow(2, 8, 160, Precision.BFloat16, 1e-2)]
    public void SeveralProcessesNormalizeAsOneWithTheWholeBatch(
        int processCount, int batchSize, int imageCount, Precision precision, double tolerance)
    {
        var (options, images) = (Slow with { Precision = precision }, ToyImages.Make(imageCount));
        var steps = new List<int>();

        var expected = Alone(
            options with { BatchSize = batchSize * processCount, StepDone = (step, _) => steps.Add(step) }, images);
        var actual = Run(processCount, options with { BatchSize = batchSize, SyncBatchNorm = true }, images);

        if (imageCount == 160)
            Assert.HasCount(20, steps);
        AssertClose(expected.Weights, actual[0].Weights, tolerance);
        foreach (var outcome in actual)
            CollectionAssert.AreEqual(actual[0].Weights, outcome.Weights);
    }

    [TestMethod]
    public void WithoutItEachProcessNormalizesByItsOwnImages()
    {
        var (options, images) = (Slow with { BatchSize = 8 }, ToyImages.Make(160));

        var actual = Run(2, options, images);

        AssertClose(TwoHalvesByHand(options, images), actual[0].Weights, 1e-5);
    }

    [TestMethod]
    public void LayersThatAreLeftOutOrComputedTwiceAreRefused()
    {
        var dense = new ImageClassifierTrainer.Options
        {
            Backbone = Backbones.DenseNet121 with { MemoryEfficient = true }, SyncBatchNorm = true,
        };
        var deep = new ImageClassifierTrainer.Options
        {
            Backbone = Backbones.ResNet18 with { StochasticDepth = new(0.5) { PerSample = false } }, SyncBatchNorm = true,
        };

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(dense.Validate).Message, "'MemoryEfficient'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(deep.Validate).Message, "'PerSample'");
    }

    // Two processes as a single one would play them: halves one after the other, with statistics of their own, and PyTorch's SGD.
    private static float[] TwoHalvesByHand(TrainingOptions options, TrainingImages images)
    {
        const int Half = 8;
        using var network = ToyImages.Network(seed: 1);
        using var scope = NewDisposeScope();
        var statistics = network.NamedState().Where(entry => entry.Key.Contains("running")).Select(entry => entry.Tensor).ToList();
        var velocities = network.parameters().Select(parameter => zeros_like(parameter)).ToList();
        var dataset = new ImageDataset(images, "training", ToyImages.Preprocessing, options, CPU, (_, _) => { });
        network.train();
        var step = 0;
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var order = EpochSampler.Of(dataset.ReadableIndices, images.ClassesOf, options with { BatchSize = 2 * Half }, epoch);
            Assert.AreEqual((2 * Half, 0), (order.BatchSize, order.Indices.Length % (2 * Half)));
            for (var start = 0; start < order.Indices.Length; start += 2 * Half)
            {
                network.zero_grad();
                var before = statistics.ConvertAll(statistic => statistic.clone());
                var after = new List<List<Tensor>>();
                foreach (var batch in dataset.Read(order.Indices[start..(start + 2 * Half)], Half, epoch))
                {
                    using (batch)
                    {
                        SetAll(before);
                        var labels = BatchLabels.Of(batch, images, CPU);
                        (nn.functional.cross_entropy(network.call(batch.ToTensor()), labels, label_smoothing: options.LabelSmoothing) / 2)
                            .backward();
                        after.Add(statistics.ConvertAll(statistic => statistic.clone()));
                    }
                }
                SetAll([.. after[0].Zip(after[1], (one, other) => (one + other) / 2)]);
                var rate = options.EffectiveLearningRate * LearningRateSchedule.Factor(options, step++, 20);
                using var frozen = no_grad();
                foreach (var (parameter, velocity) in network.parameters().Zip(velocities))
                {
                    var decay = parameter.dim() > 1 ? options.EffectiveWeightDecay : 0;
                    velocity.mul_(options.Momentum).add_(parameter.grad! + parameter * decay);
                    parameter.sub_(velocity * rate);
                }
            }
        }
        Assert.AreEqual(20, step);
        return [.. network.NamedState().Where(entry => entry.Tensor.is_floating_point())
            .SelectMany(entry => entry.Tensor.detach().contiguous().data<float>().ToArray())];

        void SetAll(List<Tensor> values)
        {
            using var frozen = no_grad();
            foreach (var (statistic, value) in statistics.Zip(values))
                statistic.copy_(value);
        }
    }
}
