using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>An optimizer whose weights learn at different speeds under one learning rate.</summary>
internal sealed class GroupedOptimizer : IDisposable
{
    // Of the Inception papers; see OptimizerKind.RmsProp.
    private const double RmsDecay = 0.9;
    private const double RmsEpsilon = 1;

    private readonly OptimizerHelper _optimizer;
    private readonly List<(ParamGroup Group, double RateFactor)> _groups = [];
    private readonly ScalarSweep _scalars = new();
    private double _learningRate;

    /// <param name="parts">On the device where they train: moving them later would leave the optimizer with the old weights.</param>
    /// <param name="options">Says which optimizer.</param>
    public GroupedOptimizer(IReadOnlyList<FineTunePlan.LearningPart> parts, TrainingOptions options)
    {
        foreach (var part in parts)
        {
            // Biases and the scales of normalization layers are vectors.
            var isDecayed = part.Parameters.ToLookup(parameter => options.DecayBiasesAndNorms || parameter.dim() > 1);
            Add(isDecayed[true], options.EffectiveWeightDecay, part.RateFactor);
            Add(isDecayed[false], 0, part.RateFactor);
        }
        _optimizer = options.Optimizer switch
        {
            OptimizerKind.AdamW => optim.AdamW(_groups.Select(entry => (AdamW.ParamGroup)entry.Group)),
            OptimizerKind.Lamb => new Lamb(_groups.Select(entry => (AdamW.ParamGroup)entry.Group)),
            OptimizerKind.RmsProp => optim.RMSProp(_groups.Select(entry => (RMSProp.ParamGroup)entry.Group)),
            _ => optim.SGD(_groups.Select(entry => (SGD.ParamGroup)entry.Group), options.EffectiveLearningRate),
        };
        LearningRate = options.EffectiveLearningRate;

        void Add(IEnumerable<Parameter> parameters, double weightDecay, double rateFactor) =>
            _groups.Add((GroupOf([.. parameters], weightDecay, options), rateFactor));
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
    public void Step() => _scalars.Run(() => _optimizer.step());

    /// <summary>What the optimizer remembers of each weight, in the order in which it was given them.</summary>
    public IReadOnlyList<OptimizerState> States => _optimizer.state_dict().State;

    /// <summary>The weights that learn.</summary>
    public IEnumerable<Parameter> Parameters => _groups.SelectMany(entry => entry.Group.Parameters);

    public void Dispose() => _optimizer.Dispose();

    private static ParamGroup GroupOf(Parameter[] parameters, double weightDecay, TrainingOptions options) => options.Optimizer switch
    {
        OptimizerKind.AdamW or OptimizerKind.Lamb => new AdamW.ParamGroup(parameters, weight_decay: weightDecay),
        OptimizerKind.RmsProp => new RMSProp.ParamGroup(
            parameters, alpha: RmsDecay, eps: RmsEpsilon, weight_decay: weightDecay, momentum: options.Momentum),
        _ => new SGD.ParamGroup(parameters, momentum: options.Momentum, weight_decay: weightDecay, nesterov: options.Nesterov),
    };
}
