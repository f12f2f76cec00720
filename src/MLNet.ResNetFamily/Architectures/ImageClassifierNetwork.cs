using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

/// <summary>A backbone with a classifier on top: turns images into logits.</summary>
/// <remarks>May score on many threads at once in evaluation mode; training belongs to one thread.</remarks>
public sealed class ImageClassifierNetwork : Module<Tensor, Tensor>
{
    private readonly Backbone backbone;
    private readonly ClassifierHead head;
    private readonly (AuxiliaryClassifier Plan, Module<Tensor, Tensor> Head)[] _auxiliaries;

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
        _auxiliaries = [.. spec.Auxiliaries.Select(plan => (plan, plan.Build(classCount)))];
        RegisterComponents();
        foreach (var (plan, auxiliary) in _auxiliaries)
            register_module(plan.Key, auxiliary);
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

    // For the training loop: the logits, and those of each auxiliary classifier, but for those that the images are too small for.
    internal (Tensor Logits, IReadOnlyList<Tensor> Auxiliary) TrainingLogits(Tensor images)
    {
        if (_auxiliaries.Length == 0)
            return (call(images), []);
        backbone.CheckInput(images);
        using var scope = NewDisposeScope();
        var (maps, middles) = backbone.MapsForTraining(images);
        var logits = head.call(backbone.Pool(maps)).MoveToOuterDisposeScope();
        return (logits, [.. _auxiliaries.Zip(middles)
            .Where(pair => Math.Min(pair.Second.shape[2], pair.Second.shape[3]) >= pair.First.Plan.MinimumMapSize)
            .Select(pair => pair.First.Head.call(pair.Second).MoveToOuterDisposeScope())]);
    }

    internal double AuxiliaryLossWeight => backbone.Spec.AuxiliaryLossWeight;

    /// <summary>All weights and buffers under the keys of published checkpoints: the backbone's, then the head's under
    /// <see cref="BackboneSpec.HeadKey"/> ("fc.weight", "fc.bias"), in the order in which PyTorch lists them.</summary>
    /// <returns>The tensors themselves, not copies: they belong to the network and are not to be disposed of.</returns>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState()
    {
        var state = backbone.NamedState().ToList();
        var next = backbone.KeyAfterAuxiliary is { } key
            ? state.FindIndex(entry => entry.Key.StartsWith(key + ".", StringComparison.Ordinal))
            : state.Count;
        state.InsertRange(next, _auxiliaries.SelectMany(auxiliary => Backbone.State(auxiliary.Head, auxiliary.Plan.Key + ".")));
        return state.Concat(Backbone.State(head, backbone.Spec.HeadKey + "."));
    }
}
