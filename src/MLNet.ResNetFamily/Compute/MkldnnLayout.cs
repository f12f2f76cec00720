using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The memory order that oneDNN's convolutions compute in: channels in blocks of a vector register's width. Weights that lie in any other
/// order are brought into it anew for every pass, which costs a single image about a third of its time. TorchSharp has no name for the
/// order, but libtorch's operators for it can be called from TorchScript.
/// </summary>
internal static class MkldnnLayout
{
    private const string Script = """
        def enter(images):
            return images.to_mkldnn()

        def pack(weight, padding: int, stride: int, dilation: int, groups: int):
            return torch.mkldnn_reorder_conv2d_weight(
                weight.to_mkldnn(), [padding, padding], [stride, stride], [dilation, dilation], groups)

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Script));
    private static readonly Lazy<bool> HasFloat32 = new(() => Computes(ScalarType.Float32));
    private static readonly Lazy<bool> HasBFloat16 = new(() => Computes(ScalarType.BFloat16));

    /// <summary>Whether this libtorch and this processor have it: a small convolution is tried, once.</summary>
    public static bool IsAvailable(ScalarType type) => (type == ScalarType.Float32 ? HasFloat32 : HasBFloat16).Value;

    /// <summary>
    /// Images in the blocked order. Convolution, ReLU, addition and pooling keep it, and <c>to_dense</c> ends it; little else works on it.
    /// </summary>
    /// <param name="images">Shape [N, C, H, W], on the CPU.</param>
    public static Tensor Enter(Tensor images) => Unit.Value.invoke<Tensor>("enter", images);

    /// <summary>
    /// Brings the weights of every convolution into the blocked order. From then on the network takes only images in that order.
    /// </summary>
    public static void Apply(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var conv in network.modules().OfType<Conv2d>())
            Pack(conv);
    }

    private static void Pack(Conv2d conv)
    {
        using var weight = conv.weight;
        using var bias = conv.bias;
        conv.weight = new Parameter(Unit.Value.invoke<Tensor>(
            "pack", weight, (int)conv.padding![0], (int)conv.stride[0], (int)conv.dilation[0], (int)conv.groups), requires_grad: false);
        conv.bias = bias is null ? null : new Parameter(Enter(bias), requires_grad: false);
    }

    private static bool Computes(ScalarType type)
    {
        const int Channels = 8;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        try
        {
            using var conv = Initialization.LeaveOut(() => nn.Conv2d(Channels, Channels, 3, padding: 1, device: Initialization.Place));
            conv.to(type);
            Pack(conv);
            return conv.call(Enter(ones([1, Channels, 4, 4], dtype: type))).to_dense().shape[1] == Channels;
        }
        catch (ExternalException)
        {
            // A libtorch without oneDNN, or a processor without the instructions.
            return false;
        }
    }
}
