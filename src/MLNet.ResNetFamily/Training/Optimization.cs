using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>From a recipe to an optimiser.</summary>
internal static class Optimization
{
    /// <summary>An optimiser over all weights of a network that learn; the caller disposes of it.</summary>
    /// <param name="network">On the device where it trains: moving it later would leave the optimiser with the old weights.</param>
    /// <param name="recipe">Says which optimiser.</param>
    public static optim.Optimizer Create(nn.Module network, TrainingRecipe recipe)
    {
        // Biases and the scales of normalisation layers are vectors; pulling them to 0 only costs accuracy.
        // He et al., "Bag of Tricks" (2018), https://arxiv.org/abs/1812.01187, section 3.1.
        var learning = network.parameters().Where(parameter => parameter.requires_grad).ToLookup(parameter => parameter.dim() > 1);
        var (rate, decay) = (recipe.EffectiveLearningRate, recipe.EffectiveWeightDecay);

        return recipe.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW(
                [new AdamW.ParamGroup(learning[true], rate, weight_decay: decay), new AdamW.ParamGroup(learning[false], rate, weight_decay: 0)], rate),
            _ => optim.SGD(
                [
                    new SGD.ParamGroup(learning[true], rate, recipe.Momentum, weight_decay: decay),
                    new SGD.ParamGroup(learning[false], rate, recipe.Momentum, weight_decay: 0),
                ], rate),
        };
    }
}
