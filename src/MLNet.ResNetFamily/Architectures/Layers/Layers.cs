using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// The layers that all residual families are made of, in the short form that keeps a block's constructor readable.
internal static class Layers
{
    // Without bias (a batch norm follows) and with the padding that keeps the size at stride 1.
    internal static Conv2d Conv(int channelsIn, int channelsOut, int kernel, int stride = 1, int groups = 1) =>
        Conv2d(
            channelsIn, channelsOut, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false,
            device: Initialization.Place);

    // For what is added up, joined or pooled before.
    internal static FoldableBatchNorm Norm(int channels) => new(channels, DefaultEps);

    // For what a convolution gives and no other layer sees.
    internal static FoldableBatchNorm Norm(Conv2d before, double eps = DefaultEps) => new((int)before.out_channels, eps, before);

    private const double DefaultEps = 1e-5;
}
