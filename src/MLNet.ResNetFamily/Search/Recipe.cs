namespace MLNet.ResNetFamily;

/// <summary>A way to train that a <see cref="RecipeSearch"/> tries.</summary>
/// <param name="Start">Backbone and weights.</param>
/// <param name="FineTune">Which weights learn.</param>
/// <param name="LearningRate">Highest step size of the optimizer.</param>
/// <param name="Augmentation">How strongly the training images are varied.</param>
public sealed record Recipe(RecipeStart Start, FineTuneKind FineTune, double LearningRate, AugmentationStrength Augmentation)
{
    /// <summary>The options of a training by this recipe.</summary>
    /// <param name="common">What the recipe says nothing about; not changed.</param>
    public ImageClassifierTrainer.Options Apply(ImageClassifierTrainer.Options common)
    {
        ArgumentNullException.ThrowIfNull(common);
        return common with
        {
            Backbone = Start.Backbone,
            Weights = Start.Weights,
            FineTune = FineTune,
            LearningRate = LearningRate,
            Augmentation = Augmentation switch
            {
                AugmentationStrength.None => null,
                AugmentationStrength.Light => new(),
                AugmentationStrength.Mirrored => new() { FlipProbability = 0.5 },
                _ => AugmentationOptions.Trivial,
            },
        };
    }

    /// <summary>The recipe in a line.</summary>
    /// <returns>For example <c>resnet18, All, learning rate 0.02, Light</c>.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Start}, {FineTune}, learning rate {LearningRate:G3}, {Augmentation}");
}
