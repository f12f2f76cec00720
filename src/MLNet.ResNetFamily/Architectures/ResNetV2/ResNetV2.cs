using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

internal sealed class ResNetV2 : Backbone
{
    // timm's checkpoints use these field names as keys ("stages.0.blocks.0.conv1.weight").
    private readonly Sequential stem;
    private readonly Sequential stages;
    private readonly FoldableBatchNorm? norm;
    private readonly ActivationOrder _order;

    internal ResNetV2(ResNetV2Spec spec)
        : base(spec)
    {
        _order = spec.Order;
        stem = Stem(spec);
        stages = Sequential(Enumerable.Range(0, spec.Depths.Count).Select(stage => (Module<Tensor, Tensor>)Stage(spec, stage)));
        norm = _order == ActivationOrder.FullPreActivation ? Layers.Norm(spec.FeatureCount) : null;

        RegisterComponents();
        Initialization.HeNormal(this);
        foreach (var unit in modules().OfType<ResNetV2Unit>())
            unit.Initialize(spec);
    }

    public override Tensor FeatureMaps(Tensor images) => RunStages(images);   // [N, F, S/32, S/32]; CIFAR: [N, F, S/4, S/4]

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages
    {
        get
        {
            var (entry, groups) = (Layers.Of(stem), Layers.Of(stages));
            var pool = entry.Where(layer => layer is MaxPool2d);
            return
            [
                ("stem", x => Layers.Run(entry.Except(pool), x)),
                .. groups.Select((group, index) => (
                    $"stages.{index}",
                    (Func<Tensor, Tensor>)(x => Group(x, index == 0 ? [.. pool, group] : [group], isLast: index == groups.Count - 1)))),
            ];
        }
    }

    // Pre-activation leaves the last sum without norm and ReLU.
    private Tensor Group(Tensor x, IEnumerable<Module<Tensor, Tensor>> layers, bool isLast)
    {
        using var scope = NewDisposeScope();
        x = Layers.Run(layers, x);
        x = !isLast ? x : _order switch
        {
            ActivationOrder.FullPreActivation => norm!.call(x).Relu_(),
            ActivationOrder.ReluOnlyPreActivation => x.Relu(),
            _ => x,
        };
        return x.MoveToOuterDisposeScope();
    }

    // The first unit normalizes (figure 4e) or activates (4d) by itself. timm's stem for ImageNet has nothing but convolution and pooling;
    // the paper's own code normalizes there and leaves the first unit's pre-activation out.
    private static Sequential Stem(ResNetV2Spec spec)
    {
        var layers = new List<(string, Module<Tensor, Tensor>)>();
        var isCifar = spec.Stem == StemKind.Cifar;
        var conv = Layers.Conv(spec.InputChannels, spec.BaseWidth, isCifar ? 3 : 7, isCifar ? 1 : 2);
        layers.Add(("conv", conv));
        if (spec.Order != ActivationOrder.FullPreActivation)
            layers.Add(("norm", Layers.Norm(conv)));
        if (spec.Order is not (ActivationOrder.FullPreActivation or ActivationOrder.ReluOnlyPreActivation))
            layers.Add(("act", ReLU(inplace: true)));
        if (!isCifar)
            layers.Add(("pool", MaxPool2d(3, 2, 1)));
        return Sequential(layers);
    }

    private static Sequential Stage(ResNetV2Spec spec, int stage)
    {
        var unitsBefore = spec.Depths.Take(stage).Sum();
        var channelsOut = spec.ChannelsOf(stage);
        return Sequential(("blocks", Sequential(Enumerable.Range(0, spec.Depths[stage]).Select(index =>
        {
            var channelsIn = index > 0 ? channelsOut : stage > 0 ? spec.ChannelsOf(stage - 1) : spec.BaseWidth;
            var stride = index == 0 && stage > 0 ? 2 : 1;
            var gate = new StochasticDepthGate(spec.StochasticDepth, unitsBefore + index + 1, spec.Depths.Sum());
            return (Module<Tensor, Tensor>)new ResNetV2Unit(spec, channelsIn, spec.BranchWidthOf(stage), channelsOut, stride, gate);
        }))));
    }
}
