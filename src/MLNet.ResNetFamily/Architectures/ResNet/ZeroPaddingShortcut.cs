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
        var shape = x.shape;
        var kept = x.slice(2, 0, shape[2], _stride).slice(3, 0, shape[3], _stride);
        return functional.pad(kept, [0, 0, 0, 0, _before, _after]).MoveToOuterDisposeScope();
    }
}
