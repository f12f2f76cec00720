using MLNet.ResNetFamily.Tests.Distributed;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training.Parallel;

/// <summary>What becomes of gradients of every size, also where a process has none.</summary>
[TestClass]
public sealed class GradientSumTests
{
    private const int ProcessCount = 3;

    // The second one is large: it is added up where it lies.
    private static readonly long[][] Shapes = [[2, 3], [1024, 2048, 1, 1], [5]];

    [TestMethod]
    public void GradientsAreTheSumsDividedByTheWeightOfAll()
    {
        var gradients = Run(_ => true);

        // The gradients of process r are r + 1, and its weight is 2 (r + 1).
        foreach (var gradient in gradients.SelectMany(own => own))
            Assert.AreEqual((0.5f, 0.5f), gradient);
    }

    [TestMethod]
    public void AProcessWithoutGradientsAddsNothing()
    {
        var gradients = Run(rank => rank != 1);

        foreach (var gradient in gradients.SelectMany(own => own))
            Assert.AreEqual((4f / 12, 4f / 12), gradient);
    }

    [TestMethod]
    public void WhatGotNoGradientAnywhereHasNone()
    {
        foreach (var gradient in Run(_ => false).SelectMany(own => own))
            Assert.IsNull(gradient);
    }

    [TestMethod]
    public void AGradientInAnotherOrderIsBroughtIntoThatOfItsWeight()
    {
        var sums = ThreadTransport.Run(2, transport =>
        {
            using var weight = new Parameter(ChannelsLast.Order(zeros(8, 256, 32, 32)));
            using var values = arange(weight.numel()).reshape(weight.shape).to(float32);
            // The one as a convolution gives it, the other as any operation may.
            weight.grad = transport.Rank == 0 ? ChannelsLast.Order(values) : values.clone();
            using var sum = new GradientSum(transport, [weight], [], CPU);
            sum.Of(new() { Weight = 1 });
            return weight.grad!.allclose(values, rtol: 0, atol: 0);
        });

        CollectionAssert.AreEqual(new[] { true, true }, sums);
    }

    // The smallest and the largest value of each gradient afterwards, in each process.
    private static (float Min, float Max)?[][] Run(Func<int, bool> hasGradients) => ThreadTransport.Run(ProcessCount, transport =>
    {
        var share = transport.Rank + 1;
        var weights = Shapes.Select(shape => new Parameter(zeros(shape))).ToList();
        if (hasGradients(transport.Rank))
            weights.ForEach(weight => weight.grad = full_like(weight, share));
        using var sum = new GradientSum(transport, weights, [], CPU);

        sum.Of(new() { Weight = 2 * share });

        return weights.Select(weight => weight.grad is { } gradient
            ? (gradient.min().item<float>(), gradient.max().item<float>())
            : ((float, float)?)null).ToArray();
    });
}
