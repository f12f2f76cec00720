using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// The layers that all residual families are made of, in the short form that keeps a block's constructor readable.
internal static class Layers
{
    // Without bias (a batch norm follows) and with the padding that keeps the size at stride 1.
    internal static Conv2d Conv(int channelsIn, int channelsOut, int kernel, int stride = 1, int groups = 1) =>
        Conv2d(channelsIn, channelsOut, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false);

    internal static BatchNorm2d Norm(int channels) => BatchNorm2d(channels);
}
