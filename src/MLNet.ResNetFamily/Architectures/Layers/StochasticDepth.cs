namespace MLNet.ResNetFamily;

/// <summary>Residual branches that are left out at random while training, the later the more often.</summary>
/// <param name="SurvivalProbability">Probability p_L that the last block's branch is kept, above 0 and at most 1. Block l of L is kept
/// with probability p_l = 1 - l/L (1 - p_L).</param>
/// <remarks>Huang et al., "Deep Networks with Stochastic Depth" (2016), https://arxiv.org/abs/1603.09382, section 3.</remarks>
public sealed record StochasticDepth(double SurvivalProbability)
{
    /// <summary>Whether each image of a batch draws for itself and kept branches are divided by p_l, as torchvision's mode "row" does it
    /// (true, the default), or one draw holds for the batch and scoring multiplies by p_l, as the paper has it (false).</summary>
    public bool PerSample { get; init; } = true;

    internal double SurvivalOf(int block, int blockCount) => 1 - (double)block / blockCount * (1 - SurvivalProbability);
}
