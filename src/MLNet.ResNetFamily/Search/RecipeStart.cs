namespace MLNet.ResNetFamily;

/// <summary>What a training of a <see cref="RecipeSearch"/> may start from.</summary>
/// <param name="Backbone">The network without its classifier.</param>
/// <param name="Weights">
/// Its weights, as <see cref="ImageClassifierTrainer.Options.Weights"/> names them; null, the default, for random ones, with which all
/// layers are trained.
/// </param>
public sealed record RecipeStart(BackboneSpec Backbone, string? Weights = null)
{
    /// <summary>The name of the backbone, and that of the weights where there are some.</summary>
    public override string ToString() => Weights is null ? Backbone.Name : $"{Backbone.Name} ({Weights})";
}
