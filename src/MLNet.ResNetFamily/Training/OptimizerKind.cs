namespace MLNet.ResNetFamily;

/// <summary>How a gradient becomes a step of the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum: what the ResNet papers train with.</summary>
    Sgd,

    /// <summary>
    /// Adam with decoupled weight decay: less sensitive to the learning rate.
    /// Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2017), https://arxiv.org/abs/1711.05101, algorithm 2.
    /// </summary>
    AdamW,
}
