using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

// What becomes of one block's residual branch: stochastic depth leaves it out at random, a study on purpose.
internal sealed class StochasticDepthGate
{
    private readonly double _survival;
    private readonly bool _perSample;

    // Blocks count from 1 to blockCount.
    internal StochasticDepthGate(StochasticDepth? depth, int block, int blockCount)
    {
        _survival = depth?.SurvivalOf(block, blockCount) ?? 1;
        _perSample = depth?.PerSample ?? true;
    }

    // What a study lets through; everything in an ordinary network.
    internal ResidualFlow Flow { get; set; }

    // Whether the branch need not be computed at all: one draw for the whole batch, per call.
    internal bool Drops(bool training)
    {
        if (Flow == ResidualFlow.ShortcutOnly)
            return true;
        if (!training || _perSample || _survival >= 1)
            return false;
        return Draws.Number() >= _survival;
    }

    // The branch's share in the sum. In evaluation it is certain: all of it per sample, p_l of it per batch.
    internal Tensor Weigh(Tensor branch, bool training)
    {
        if (Flow == ResidualFlow.GradientThroughShortcut)
            branch = branch.detach();
        if (_survival >= 1 || training != _perSample)
            return branch;
        if (!training)
            return branch.Mul(_survival);
        return branch.mul(Draws.Mask_(empty([branch.shape[0], 1, 1, 1], branch.dtype, branch.device), _survival));
    }

    // The shortcut's share in the sum.
    internal Tensor Pass(Tensor shortcut) => Flow == ResidualFlow.GradientThroughBranch ? shortcut.detach() : shortcut;
}
