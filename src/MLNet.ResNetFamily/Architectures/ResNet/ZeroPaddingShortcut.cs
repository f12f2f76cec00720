using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Option A of He et al. (2015), section 4.1: every second pixel, and channels of zeros, half before and half after as akamaster has it.
internal sealed class ZeroPaddingShortcut : Module<Tensor, Tensor>
{
    private readonly int _stride;
    private readonly int _before, _after;

    internal ZeroPaddingShortcut(int channelsIn, int channelsOut, int stride)
        : base(nameof(ZeroPaddingShortcut))
    {
        _stride = stride;
        _before = (channelsOut - channelsIn) / 2;
        _after = channelsOut - channelsIn - _before;
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.Subsample(_stride).PadChannels(_before, _after).MoveToOuterDisposeScope();
    }
}
