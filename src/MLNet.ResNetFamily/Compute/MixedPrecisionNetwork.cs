using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A network that computes in bfloat16 for one that keeps its weights in float32: convolutions and linear layers have 16-bit copies of the
/// weights, made anew for every batch; normalizations and the classifier share the weights, statistics included, and stay in float32.
/// </summary>
/// <remarks>Micikevicius et al., "Mixed Precision Training" (2017), https://arxiv.org/abs/1710.03740, section 3.1; bfloat16 has the range
/// of float32 and needs no loss scaling.</remarks>
internal sealed class MixedPrecisionNetwork : IDisposable
{
    private readonly ImageClassifierNetwork _twin;
    private readonly (nn.Module Own, nn.Module Twin)[] _modules;
    private readonly (Parameter Own, Parameter Twin, bool IsShared)[] _parameters;

    /// <param name="network">
    /// On its device, its weights in the order that they keep. They may change between batches; their tensors may not be replaced.
    /// </param>
    /// <param name="device">Where the network is.</param>
    public MixedPrecisionNetwork(ImageClassifierNetwork network, Device device)
    {
        // The random weights of the twin are never used: what is drawn for them must not move the generator.
        using var scope = NewDisposeScope();
        var random = get_rng_state();
        _twin = new(network.Backbone.Spec, network.ClassCount);
        set_rng_state(random);
        _twin.to(device);
        foreach (var module in _twin.modules())
        {
            if (module is Convolution or Linear)
                module.to(ScalarType.BFloat16);
        }
        _modules = [.. network.modules().Zip(_twin.modules())];
        _parameters = [.. network.parameters().Zip(_twin.parameters(), (own, twin) => (own, twin, own.dtype == twin.dtype))];

        using var frozen = no_grad();
        foreach (var (own, twin, isShared) in _parameters)
            twin.set_(isShared ? own : own.to(ScalarType.BFloat16));
        foreach (var (own, twin) in network.buffers().Zip(_twin.buffers()))
            twin.set_(own);
    }

    /// <summary>The network that computes, whose normalizations share weights and statistics with the other's.</summary>
    public ImageClassifierNetwork Twin => _twin;

    /// <summary>From float32 images to float32 logits.</summary>
    public Tensor Logits(Tensor images)
    {
        Follow();
        return _twin.call(images.to(ScalarType.BFloat16));
    }

    /// <summary>The same with the logits of auxiliary classifiers, for learning.</summary>
    public (Tensor Logits, IReadOnlyList<Tensor> Auxiliary) TrainingLogits(Tensor images)
    {
        Follow();
        var (logits, auxiliary) = _twin.TrainingLogits(images.to(ScalarType.BFloat16));
        return (logits, [.. auxiliary.Select(other => other.to(ScalarType.Float32))]);
    }

    /// <summary>Adds the gradients of a backward pass to those of the network's own weights.</summary>
    public void HandOverGradients()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (own, twin, _) in _parameters)
        {
            if (twin.grad is not { } gradient)
                continue;
            if (own.grad is { } sum)
                sum.add_(gradient);
            else
                own.grad = gradient.to(ScalarType.Float32);
            twin.grad = null;
        }
    }

    public void Dispose() => _twin.Dispose();

    // Takes over the present weights, what learns, and which modules are in training mode.
    private void Follow()
    {
        foreach (var (own, twin) in _modules)
        {
            if (twin.training != own.training)
                twin.train(own.training);
        }
        using var frozen = no_grad();
        foreach (var (own, twin, isShared) in _parameters)
        {
            twin.requires_grad = own.requires_grad;
            if (!isShared)
                twin.copy_(own);
        }
    }
}
