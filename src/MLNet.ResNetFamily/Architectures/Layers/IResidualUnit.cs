namespace MLNet.ResNetFamily;

// A part of a network that adds a branch to a shortcut.
internal interface IResidualUnit
{
    // What passes through the branch.
    StochasticDepthGate Gate { get; }

    // Whether input and output have the same shape, so that units of one stage could change places.
    bool KeepsShape { get; }
}
