using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What a training makes smaller: how the labels of a batch become targets, and how far logits are from them.</summary>
internal abstract class ClassificationLoss : IDisposable
{
    /// <summary>The loss that suits the labels of the training images; the caller disposes of it.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="options">How to train.</param>
    /// <param name="device">Where the network is.</param>
    /// <exception cref="ArgumentException">A class of the options does not exist.</exception>
    public static ClassificationLoss For(TrainingImages images, TrainingOptions options, Device device)
    {
        var classWeights = ClassWeights.Of(options, images, device);
        if (images.LabelSets is not null)
            return new BinaryCrossEntropyLoss(classWeights, ClassWeights.OfPositives(options, images, device), options.LabelSmoothing);
        return options.Loss == LossKind.BinaryCrossEntropy
            ? new OneClassBinaryLoss(classWeights, options.LabelSmoothing)
            : new CrossEntropyLoss(classWeights, options.LabelSmoothing);
    }

    /// <summary>The labels of a batch: class numbers, shape [N], or what share each image has of each class, shape [N, K].</summary>
    public abstract Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device);

    /// <summary>Mean loss over the images.</summary>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="targets">As <see cref="Targets"/> gives them, or mixed: shape [N, K].</param>
    public abstract Tensor Of(Tensor logits, Tensor targets);

    /// <summary>What the sum of the images' losses was divided by to be their mean: the images, unless classes have weights.</summary>
    /// <param name="targets">As above.</param>
    public virtual double WeightOf(Tensor targets) => targets.shape[0];

    /// <summary>How many images are labeled rightly.</summary>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="labels">As <see cref="Targets"/> gives them.</param>
    public abstract long RightCount(Tensor logits, Tensor labels);

    public abstract void Dispose();
}
