using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

/// <summary>A backbone with a classifier on top: turns images into logits.</summary>
/// <remarks>May score on many threads at once in evaluation mode; training belongs to one thread.</remarks>
public sealed class ImageClassifierNetwork : Module<Tensor, Tensor>
{
    private readonly Backbone backbone;
    private readonly ClassifierHead head;
    private readonly AuxiliaryHead? auxiliary;

    /// <summary>Builds the network with random weights from torch's global generator.</summary>
    /// <param name="spec">The backbone.</param>
    /// <param name="classCount">Number K of classes, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// A value of <paramref name="spec"/> cannot work, or <paramref name="classCount"/> is below 1.
    /// </exception>
    public ImageClassifierNetwork(BackboneSpec spec, int classCount)
        : base(LibtorchStart.Require(spec.Name))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classCount);
        using var modes = TorchModes.Enter();
        backbone = spec.Build();
        head = new ClassifierHead(spec.FeatureCount, classCount, spec.HeadIsConvolution);
        if (spec.HeadDeviation is { } deviation)
            head.InitializeNormal(deviation);
        if (spec.AuxiliaryChannels > 0)
            auxiliary = new AuxiliaryHead(spec.AuxiliaryChannels, classCount);
        RegisterComponents();
    }

    /// <summary>The part that turns images into features; it belongs to this network.</summary>
    public Backbone Backbone => backbone;

    /// <summary>The part that turns features into logits; it belongs to this network.</summary>
    public ClassifierHead Head => head;

    /// <summary>Number of classes.</summary>
    public int ClassCount => head.ClassCount;

    /// <summary>Turns images into logits.</summary>
    /// <param name="images">Batch of shape [N, C, S, S], float32, already scaled and normalized.</param>
    /// <returns>Logits of shape [N, <see cref="ClassCount"/>]; the caller disposes of them.</returns>
    /// <exception cref="ArgumentException"><paramref name="images"/> does not fit the backbone.</exception>
    public override Tensor forward(Tensor images)
    {
        using var features = backbone.call(images);              // [N, F]
        return head.call(features);                              // [N, K]
    }

    // For the training loop: the logits, and those of the auxiliary classifier, whose loss counts 0.4 times, as published.
    // It is null where the network has none and where the images are too small for it.
    internal (Tensor Logits, Tensor? Auxiliary) TrainingLogits(Tensor images)
    {
        if (auxiliary is null)
            return (call(images), null);
        backbone.CheckInput(images);
        using var scope = NewDisposeScope();
        var (maps, middle) = backbone.MapsForTraining(images);
        var logits = head.call(backbone.Pool(maps)).MoveToOuterDisposeScope();
        var isLargeEnough = middle is not null && middle.shape[2] >= AuxiliaryHead.MinimumMapSize
            && middle.shape[3] >= AuxiliaryHead.MinimumMapSize;
        return (logits, isLargeEnough ? auxiliary.call(middle!).MoveToOuterDisposeScope() : null);
    }

    internal const double AuxiliaryLossWeight = 0.4;

    /// <summary>All weights and buffers under the keys of published checkpoints: the backbone's, then the head's under
    /// <see cref="BackboneSpec.HeadKey"/> ("fc.weight", "fc.bias"), in the order in which PyTorch lists them.</summary>
    /// <returns>The tensors themselves, not copies: they belong to the network and are not to be disposed of.</returns>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState()
    {
        var state = backbone.NamedState().ToList();
        if (auxiliary is not null)
        {
            var next = state.FindIndex(entry => entry.Key.StartsWith(backbone.KeyAfterAuxiliary + ".", StringComparison.Ordinal));
            state.InsertRange(next, Backbone.State(auxiliary, "AuxLogits."));
        }
        return state.Concat(Backbone.State(head, backbone.Spec.HeadKey + "."));
    }
}
