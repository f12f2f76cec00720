using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

/// <summary>The last, linear layer of a classifier: from features to one logit per class.</summary>
public sealed class ClassifierHead : Module<Tensor, Tensor>
{
    // Published checkpoints use these field names as keys ("fc.weight"): renaming one breaks weight import.
    private readonly Parameter weight, bias;

    /// <summary>Makes a head with random weights from torch's global generator.</summary>
    /// <param name="featureCount">Number of features, at least 1.</param>
    /// <param name="classCount">Number of classes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public ClassifierHead(int featureCount, int classCount)
        : this(featureCount, classCount, isConvolution: false)
    {
    }

    internal ClassifierHead(int featureCount, int classCount, bool isConvolution)
        : base(nameof(ClassifierHead))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classCount);
        FeatureCount = featureCount;
        ClassCount = classCount;

        // The bounds of PyTorch's linear layer, which torchvision leaves as they are.
        var bound = 1 / Math.Sqrt(featureCount);
        using var scope = NewDisposeScope();
        var shape = isConvolution ? new long[] { classCount, featureCount, 1, 1 } : [classCount, featureCount];
        weight = (Parameter)new Parameter(Start(shape)).DetachFromDisposeScope();
        bias = (Parameter)new Parameter(Start(classCount)).DetachFromDisposeScope();

        RegisterComponents();

        Tensor Start(params long[] shape) => Initialization.IsLeftOut ? empty(shape) : rand(shape).mul_(2 * bound).sub_(bound);
    }

    /// <summary>Number of features per image.</summary>
    public int FeatureCount { get; }

    /// <summary>Number of classes.</summary>
    public int ClassCount { get; }

    // Of shape [K, F], or [K, F, 1, 1] where checkpoints have it so, and [K].
    internal (Parameter Weight, Parameter Bias) Weights => (weight, bias);

    internal void InitializeNormal(double deviation)
    {
        init.normal_(weight, 0, deviation);
        init.zeros_(bias);
    }

    /// <summary>From features to logits.</summary>
    /// <param name="features">Features of shape [N, <see cref="FeatureCount"/>].</param>
    /// <returns>Logits of shape [N, <see cref="ClassCount"/>]; the caller disposes of them.</returns>
    /// <exception cref="ArgumentException"><paramref name="features"/> has another shape.</exception>
    public override Tensor forward(Tensor features)
    {
        if (features.shape is not [_, var count] || count != FeatureCount)
        {
            throw new ArgumentException(
                $"The classifier got features of shape [{string.Join(", ", features.shape)}], but needs [N, {FeatureCount}]. " +
                "Give it what the backbone makes of images.", nameof(features));
        }
        using var input = features.to(weight.dtype);              // a backbone may compute in fewer bits
        if (weight.dim() == 2)
            return functional.linear(input, weight, bias);
        using var matrix = weight.flatten(1);                     // [K, F, 1, 1] to [K, F]: the same numbers
        return functional.linear(input, matrix, bias);
    }
}
