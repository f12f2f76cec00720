using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

internal sealed class ResNet : Backbone
{
    // Published checkpoints use these field names as keys ("layer1.0.bn1.weight"): renaming one breaks weight import.
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm bn1;
    private readonly Sequential layer1;
    private readonly Sequential? layer2, layer3, layer4;
    private readonly bool _pools;

    internal ResNet(ResNetSpec spec)
        : base(spec)
    {
        _pools = spec.Stem == StemKind.ImageNet;
        conv1 = _pools ? Layers.Conv(spec.InputChannels, spec.BaseWidth, 7, stride: 2) : Layers.Conv(spec.InputChannels, spec.BaseWidth, 3);
        bn1 = Layers.Norm(conv1);
        layer1 = Stage(spec, 0);
        layer2 = spec.Depths.Count > 1 ? Stage(spec, 1) : null;
        layer3 = spec.Depths.Count > 2 ? Stage(spec, 2) : null;
        layer4 = spec.Depths.Count > 3 ? Stage(spec, 3) : null;

        RegisterComponents();
        Initialization.HeNormal(this);
        if (spec.ZeroInitResidual)
        {
            foreach (var block in modules().OfType<ResidualBlock>())
                init.zeros_(block.LastNorm.weight);
        }
    }

    public override Tensor FeatureMaps(Tensor images) => RunStages(images);   // [N, F, S/32, S/32]; CIFAR: [N, F, S/4, S/4]

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages =>
    [
        ("stem", x => bn1.call(conv1.call(x)).Relu_()),               // [N, 64, S/2, S/2]; CIFAR: [N, 16, S, S]
        ("layer1", x => layer1.call(_pools ? x.MaxPool(3, 2, 1) : x)),    // [N, 256, S/4, S/4]; basic blocks: [N, 64, S/4, S/4]
        .. LaterStage("layer2", layer2),
        .. LaterStage("layer3", layer3),
        .. LaterStage("layer4", layer4),
    ];

    private static IEnumerable<(string, Func<Tensor, Tensor>)> LaterStage(string name, Sequential? layer) =>
        layer is null ? [] : [(name, layer.call)];

    private static Sequential Stage(ResNetSpec spec, int stage)
    {
        var blocksBefore = spec.Depths.Take(stage).Sum();
        var channelsOut = spec.ChannelsOf(stage);
        return Sequential(Enumerable.Range(0, spec.Depths[stage]).Select(index =>
        {
            var channelsIn = index > 0 ? channelsOut : stage > 0 ? spec.ChannelsOf(stage - 1) : spec.BaseWidth;
            var stride = index == 0 && stage > 0 ? 2 : 1;
            var gate = new StochasticDepthGate(spec.StochasticDepth, blocksBefore + index + 1, spec.Depths.Sum());
            Module<Tensor, Tensor> block = (spec.Block, spec.Form) switch
            {
                (BlockKind.Basic, _) => new BasicBlock(spec, channelsIn, channelsOut, stride, gate),
                (_, AggregationForm.GroupedConvolution) =>
                    new Bottleneck(spec, channelsIn, spec.BranchWidthOf(stage), channelsOut, stride, gate),
                _ => new AggregatedBottleneck(spec, channelsIn, spec.BranchWidthOf(stage), channelsOut, stride, gate),
            };
            return block;
        }));
    }
}
