using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The memory order [N, H, W, C] under the shape [N, C, H, W], in which libtorch's convolutions are fastest. Shapes and values stay.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same images, channels last in memory.</summary>
    /// <param name="images">Shape [N, C, H, W].</param>
    public static Tensor Order(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Puts the channels of every convolution's weights last in memory.</summary>
    public static void Apply(nn.Module network) => Rearrange(network, Order);

    /// <summary>Brings the weights back into the usual order, in which models are saved.</summary>
    public static void Undo(nn.Module network) => Rearrange(network, weights => weights.contiguous());

    private static void Rearrange(nn.Module network, Func<Tensor, Tensor> order)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var parameter in network.parameters())
        {
            if (parameter.dim() == 4)
                parameter.set_(order(parameter));
        }
    }
}
