using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A network's double for scoring: batch norms folded into the convolutions before them, weights in the memory order that computes fastest,
/// in the precision that was asked for. The network that it was made from is as it was.
/// </summary>
internal sealed class FoldedNetwork : IInferenceNetwork
{
    private readonly Backbone _backbone;
    private readonly ClassifierHead? _head;
    private readonly StageNetwork? _stages;
    private readonly ScalarType _type;
    private readonly bool _isBlocked;

    /// <param name="network">A backbone, stages of one, or a classifier.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="type">What to compute in: float32 or bfloat16. What is left of batch norms, and the head, stay in float32.</param>
    public FoldedNetwork(nn.Module network, Device device, ScalarType type)
    {
        _type = type;
        var (backbone, head, outputs) = network switch
        {
            ImageClassifierNetwork classifier => (classifier.Backbone, classifier.Head, null),
            StageNetwork stages => (stages.Backbone, null, stages.Outputs),
            _ => ((Backbone)network, (ClassifierHead?)null, (IReadOnlyList<StageOutput>?)null),
        };
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _backbone = Initialization.LeaveOut(backbone.Spec.Build);
        Copy(backbone.NamedState(), _backbone.NamedState());
        _backbone.eval();
        foreach (var norm in _backbone.modules().OfType<FoldableBatchNorm>())
            norm.Fold();
        if (type != ScalarType.Float32)
        {
            foreach (var layer in _backbone.modules().Where(module => module is Conv2d or Linear))
                layer.to(type);
        }
        _backbone.to(device);
        _isBlocked = device.type == DeviceType.CPU && backbone.Spec.KeepsMkldnnLayout && MkldnnLayout.IsAvailable(type);
        if (_isBlocked)
            MkldnnLayout.Apply(_backbone);
        else
            ChannelsLast.Apply(_backbone);
        _stages = outputs is null ? null : new(_backbone, outputs);
        if (head is null)
            return;
        _head = Initialization.LeaveOut(() => new ClassifierHead(head.FeatureCount, head.ClassCount));
        Copy(Backbone.State(head, ""), Backbone.State(_head, ""));
        _head.to(device);
    }

    /// <inheritdoc/>
    public Precision Precision => _type == ScalarType.Float32 ? Precision.Float32 : Precision.BFloat16;

    /// <inheritdoc/>
    public Tensor Run(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = (_isBlocked ? Blocked(images) : (_stages ?? (nn.Module<Tensor, Tensor>)_backbone).call(images.to(_type)))
            .to(ScalarType.Float32);
        return (_head?.call(features) ?? features).MoveToOuterDisposeScope();
    }

    private Tensor Blocked(Tensor images)
    {
        _backbone.CheckInput(images);
        var input = MkldnnLayout.Enter(images.to(_type));
        return _stages?.Run(input, maps => maps.to_dense()) ?? _backbone.Pool(_backbone.FeatureMaps(input).to_dense());
    }

    public void Dispose()
    {
        _stages?.Dispose();
        _backbone.Dispose();
        _head?.Dispose();
    }

    // Some heads keep their matrix as a 1×1 convolution.
    private static void Copy(IEnumerable<(string Key, Tensor Tensor)> from, IEnumerable<(string Key, Tensor Tensor)> to)
    {
        foreach (var (source, target) in from.Zip(to))
            target.Tensor.copy_(source.Tensor.reshape(target.Tensor.shape));
    }
}
