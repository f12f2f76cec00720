namespace MLNet.ResNetFamily;

/// <summary>A way to train that a <see cref="RecipeSearch"/> tries.</summary>
/// <param name="Start">Backbone and weights.</param>
/// <param name="FineTune">Which weights learn.</param>
/// <param name="LearningRate">Highest step size of the optimizer.</param>
/// <param name="Augmentation">How strongly the training images are varied.</param>
/// <param name="FreezeBatchNorm">
/// Whether batch normalization keeps the statistics of the weights, see <see cref="TrainingOptions.FreezeBatchNorm"/>; null, the default,
/// where there is no choice: without weights, and where the classifier alone learns.
/// </param>
/// <param name="LayerDecay">
/// How fast each layer learns beside the one behind it, see <see cref="TrainingOptions.LayerDecay"/>; 1 is all alike, null, the default, is
/// what is usual with <paramref name="FineTune"/>.
/// </param>
public sealed record Recipe(
    RecipeStart Start, FineTuneKind FineTune, double LearningRate, AugmentationStrength Augmentation, bool? FreezeBatchNorm = null,
    double? LayerDecay = null)
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
            FreezeBatchNorm = FreezeBatchNorm ?? common.FreezeBatchNorm,
            LayerDecay = LayerDecay ?? common.LayerDecay,
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
        FormattableString.Invariant($"{Start}, {FineTuneText}, learning rate {LearningRate:G3}, {Augmentation}");

    /// <summary>What learns, in words: <c>Gradual, layers alike, statistics kept</c>.</summary>
    internal string FineTuneText
    {
        get
        {
            var layers = LayerDecay switch
            {
                null => "",
                1 => ", layers alike",
                _ => FormattableString.Invariant($", layer decay {LayerDecay}"),
            };
            var statistics = FreezeBatchNorm switch { null => "", true => ", statistics kept", false => ", statistics learned" };
            return $"{FineTune}{layers}{statistics}";
        }
    }
}
