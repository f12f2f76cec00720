using TorchSharp.Modules;

namespace MLNet.ResNetFamily;

/// <summary>Which weights of a network learn in which epoch, and how fast against each other.</summary>
internal sealed class FineTunePlan
{
    private readonly ImageClassifierNetwork _network;
    private readonly List<Phase> _phases = [];
    private readonly bool _freezesBatchNorm;

    public FineTunePlan(ImageClassifierNetwork network, TrainingOptions options)
    {
        (_network, _freezesBatchNorm) = (network, options.EffectiveFreezeBatchNorm);
        var headEpochs = options.FineTune switch
        {
            FineTuneKind.HeadOnly => options.Epochs,
            FineTuneKind.Gradual => Math.Min(options.Epochs - 1, Math.Max(1, (int)Math.Round(options.HeadEpochFraction * options.Epochs))),
            _ => 0,
        };
        if (headEpochs > 0)
            _phases.Add(new(1, headEpochs, BackboneLearns: false));
        if (headEpochs < options.Epochs)
            _phases.Add(new(headEpochs + 1, options.Epochs - headEpochs, BackboneLearns: true));

        Parts = options switch
        {
            { FineTune: FineTuneKind.HeadOnly } => [new([.. network.Head.parameters()], 1)],
            { LayerDecay: { } decay } =>
                Graded(network, Levels(network.Backbone, BlockOf), (level, count) => Math.Pow(decay, count - level)),
            { FineTune: FineTuneKind.Gradual } => Graded(
                network, Levels(network.Backbone, StageOf),
                (level, count) => Math.Pow(options.FirstLayerLearningRateFactor, 1 - (double)level / count)),
            _ => [new([.. network.parameters()], 1)],
        };
    }

    /// <summary>The phases in their order; together they are all epochs.</summary>
    public IReadOnlyList<Phase> Phases => _phases;

    /// <summary>The weights that learn at any time.</summary>
    public IReadOnlyList<LearningPart> Parts { get; }

    /// <summary>The phase that an epoch belongs to; each has a learning-rate schedule of its own.</summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    public Phase PhaseOf(int epoch) => _phases.Last(phase => phase.FirstEpoch <= epoch);

    /// <summary>Brings the network into training mode, as far as it learns in an epoch.</summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    public void BeginEpoch(int epoch)
    {
        var backboneLearns = PhaseOf(epoch).BackboneLearns;
        foreach (var parameter in _network.Backbone.parameters())
            parameter.requires_grad = backboneLearns;
        _network.train();
        if (!backboneLearns)
            _network.Backbone.eval();
        foreach (var norm in _network.Backbone.modules().OfType<BatchNorm>().Where(_ => _freezesBatchNorm))
            norm.eval();
    }

    /// <summary>Lets every weight learn again, as in a new network.</summary>
    public void End()
    {
        foreach (var parameter in _network.parameters())
            parameter.requires_grad = true;
    }

    // A part for each level of the backbone, and one for what stands above it, which learns at the full rate.
    private static List<LearningPart> Graded(
        ImageClassifierNetwork network, IReadOnlyList<Parameter[]> levels, Func<int, int, double> rateOfLevel) =>
    [
        .. levels.Select((level, index) => new LearningPart(level, rateOfLevel(index, levels.Count))),
        new([.. network.parameters().Except(network.Backbone.parameters())], 1),
    ];

    /// <summary>
    /// A backbone's weights from the first layers to the last, by the module that each is part of. A normalization goes with the layer
    /// before it.
    /// </summary>
    private static List<Parameter[]> Levels(Backbone backbone, Func<Backbone, Func<string, string>> moduleOf)
    {
        var levels = new List<Parameter[]>();
        var nameOf = moduleOf(backbone);
        foreach (var level in backbone.named_parameters().GroupBy(entry => nameOf(entry.name), entry => entry.parameter))
        {
            if (levels.Count == 0 || level.Any(parameter => parameter.dim() > 1))
                levels.Add([.. level]);
            else
                levels[^1] = [.. levels[^1], .. level];
        }
        return levels;
    }

    // The outermost module that does not hold all the others.
    private static Func<string, string> StageOf(Backbone backbone)
    {
        var paths = backbone.named_parameters().Select(entry => entry.name.Split('.')).ToArray();
        var depth = 0;
        while (paths.All(path => path.Length > depth + 1 && path[depth] == paths[0][depth]))
            depth++;
        return name => name.Split('.')[depth];
    }

    // The outermost module that is no mere row of others.
    private static Func<string, string> BlockOf(Backbone backbone)
    {
        var rows = backbone.named_modules().Where(entry => entry.module is Sequential or DenseBlock).Select(entry => entry.name)
            .ToHashSet();
        return name =>
        {
            var end = name.IndexOf('.', StringComparison.Ordinal);
            while (rows.Contains(name[..end]))
                end = name.IndexOf('.', end + 1);
            return name[..end];
        };
    }

    /// <summary>A run of epochs in which the same weights learn.</summary>
    public sealed record Phase(int FirstEpoch, int EpochCount, bool BackboneLearns)
    {
        /// <summary>Number of the last epoch.</summary>
        public int LastEpoch => FirstEpoch + EpochCount - 1;
    }

    /// <summary>Weights that learn at one speed.</summary>
    /// <param name="Parameters">The weights.</param>
    /// <param name="RateFactor">Their learning rate as a part of the options'.</param>
    public sealed record LearningPart(IReadOnlyList<Parameter> Parameters, double RateFactor);
}
