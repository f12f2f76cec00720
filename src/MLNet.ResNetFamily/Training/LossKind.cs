namespace MLNet.ResNetFamily;

/// <summary>How the logits of an image are judged by its label.</summary>
public enum LossKind
{
    /// <summary>The classes share one probability: softmax and cross entropy.</summary>
    CrossEntropy,

    /// <summary>
    /// Each class is a question of its own, yes or no: sigmoid and binary cross entropy, the mean over all classes. A mixed image is of
    /// each class that has more than a fifth of it, whatever the shares. Its gradients are smaller than those of
    /// <see cref="CrossEntropy"/> by about the number of classes, which <see cref="OptimizerKind.Lamb"/> and
    /// <see cref="OptimizerKind.AdamW"/> make up for, and <see cref="OptimizerKind.Sgd"/> does not. Scores are a softmax as ever, and
    /// validation reports cross entropy. Wightman et al., "ResNet strikes back" (2021), https://arxiv.org/abs/2110.00476, section 3.1.
    /// </summary>
    BinaryCrossEntropy,
}
