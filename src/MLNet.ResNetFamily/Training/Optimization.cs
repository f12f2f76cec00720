using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>An optimiser whose weights learn at different speeds under one learning rate.</summary>
internal sealed class Optimization : IDisposable
{
    private readonly optim.Optimizer _optimizer;
    private readonly List<(ParamGroup Group, double RateFactor)> _groups = [];
    private double _learningRate;

    /// <param name="parts">On the device where they train: moving them later would leave the optimiser with the old weights.</param>
    /// <param name="recipe">Says which optimiser.</param>
    public Optimization(IReadOnlyList<FineTunePlan.LearningPart> parts, TrainingRecipe recipe)
    {
        foreach (var part in parts)
        {
            // Biases and the scales of normalisation layers are vectors; pulling them to 0 only costs accuracy.
            // He et al., "Bag of Tricks" (2018), https://arxiv.org/abs/1812.01187, section 3.1.
            var isDecayed = part.Parameters.ToLookup(parameter => parameter.dim() > 1);
            Add(isDecayed[true], recipe.EffectiveWeightDecay, part.RateFactor);
            Add(isDecayed[false], 0, part.RateFactor);
        }
        _optimizer = recipe.Optimizer == OptimizerKind.AdamW
            ? optim.AdamW(_groups.Select(entry => (AdamW.ParamGroup)entry.Group))
            : optim.SGD(_groups.Select(entry => (SGD.ParamGroup)entry.Group), recipe.EffectiveLearningRate);
        LearningRate = recipe.EffectiveLearningRate;

        void Add(IEnumerable<Parameter> parameters, double weightDecay, double rateFactor) => _groups.Add((
            recipe.Optimizer == OptimizerKind.AdamW
                ? new AdamW.ParamGroup(parameters.ToArray(), weight_decay: weightDecay)
                : new SGD.ParamGroup(parameters.ToArray(), momentum: recipe.Momentum, weight_decay: weightDecay), rateFactor));
    }

    /// <summary>The step size; parts of the network learn at a fixed share of it.</summary>
    public double LearningRate
    {
        get => _learningRate;
        set
        {
            _learningRate = value;
            foreach (var (group, rateFactor) in _groups)
                group.LearningRate = value * rateFactor;
        }
    }

    /// <summary>Changes the weights by their gradients; a weight without gradient stays as it is.</summary>
    public void Step() => _optimizer.step();

    public void Dispose() => _optimizer.Dispose();
}
