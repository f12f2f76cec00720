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

    /// <summary>
    /// Divides by the root of a running mean of squared gradients, with momentum: what the Inception papers train with. The mean decays by
    /// 0.9 and 1.0 is added to the root, as they have it (TensorFlow added it below the root, PyTorch and this library behind it).
    /// Szegedy et al., "Inception-v4, Inception-ResNet" (2016), https://arxiv.org/abs/1602.07261, section 4.
    /// </summary>
    RmsProp,

    /// <summary>
    /// AdamW whose step is, for each weight matrix, as long as the learning rate says in proportion to the matrix: for large batches and
    /// long training. Biases and normalizations, which do not decay, take Adam's step, as in timm. You et al., "Large Batch Optimization
    /// for Deep Learning" (2019), https://arxiv.org/abs/1904.00962, algorithm 2.
    /// </summary>
    Lamb,
}
