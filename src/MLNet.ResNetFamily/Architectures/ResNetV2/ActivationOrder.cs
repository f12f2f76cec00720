namespace MLNet.ResNetFamily;

/// <summary>Where batch norm and ReLU sit in a residual unit: the five orders of He et al. (2016), figure 4.</summary>
public enum ActivationOrder
{
    /// <summary>Figure 4a: conv-BN-ReLU, conv-BN, addition, ReLU.</summary>
    Original,

    /// <summary>Figure 4b: conv-BN-ReLU, conv, addition, BN-ReLU.</summary>
    BatchNormAfterAddition,

    /// <summary>Figure 4c: conv-BN-ReLU, conv-BN-ReLU, addition.</summary>
    ReluBeforeAddition,

    /// <summary>Figure 4d: ReLU-conv-BN, ReLU-conv-BN, addition.</summary>
    ReluOnlyPreActivation,

    /// <summary>Figure 4e: BN-ReLU-conv, BN-ReLU-conv, addition.</summary>
    FullPreActivation,
}
