using Microsoft.ML;
using TorchSharp;

namespace MLNet.ResNetFamily.Tests.Training;

/// <summary>What a training draws follows from its seed, whatever runs beside it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingsAtOnceTests
{
    // All that draws: first weights, stochastic depth and dropout of both kinds, crops, mixing.
    private static readonly ImageClassifierTrainer.Options[] Drawing =
    [
        TinyClassifier.Options with
        {
            Epochs = 3,
            Backbone = TinyClassifier.Backbone with { StochasticDepth = new(0.5) },
            Augmentation = new() { MixUp = 0.2, CutMix = 1 },
        },
        TinyClassifier.Options with
        {
            Epochs = 2,
            Backbone = Backbones.PreResNet110Cifar with
            {
                Depths = [1, 1, 1], Dropout = 0.3, StochasticDepth = new(0.5) { PerSample = false },
            },
            ImageSize = TestImages.Size,
        },
    ];

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void TrainingsAtOnceAndOneAfterTheOtherLeaveTheSameWeights(int which)
    {
        var alone = Weights(Drawing[which]);

        var threads = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () => Weights(Drawing[which]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        foreach (var thread in threads)
            CollectionAssert.AreEqual(alone, thread.GetAwaiter().GetResult());
        CollectionAssert.AreNotEqual(alone, Weights(Drawing[which] with { Seed = 2 }));
    }

    [TestMethod]
    public void ATrainingLeavesTheNumbersThatItsCallerDraws()
    {
        torch.manual_seed(5);
        using var expected = torch.rand(4);
        torch.manual_seed(5);

        Weights(Drawing[0] with { Epochs = 1 });

        using var drawn = torch.rand(4);
        CollectionAssert.AreEqual(expected.data<float>().ToArray(), drawn.data<float>().ToArray());
    }

    private static float[] Weights(ImageClassifierTrainer.Options options)
    {
        using var model = TinyClassifier.Train(new MLContext(), options);
        return
        [
            .. model.Network.NamedState().Where(state => state.Tensor.is_floating_point())
                .SelectMany(state => state.Tensor.data<float>().ToArray()),
        ];
    }
}
