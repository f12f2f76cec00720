using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Huang et al. (2016), table 1, with torchvision's keys.
internal sealed class DenseNet : Backbone
{
    // torchvision's checkpoints use this field name as a key ("features.denseblock1.denselayer1.norm1.weight").
    private readonly Sequential features;
    private readonly List<(string Name, int End)> _stages = [];

    internal DenseNet(DenseNetSpec spec)
        : base(spec)
    {
        var layers = new List<(string, Module<Tensor, Tensor>)>();
        var channels = spec.FirstChannels;
        if (spec.Stem == StemKind.ImageNet)
        {
            var conv0 = Layers.Conv(spec.InputChannels, channels, 7, stride: 2);
            layers.Add(("conv0", conv0));
            layers.Add(("norm0", Layers.Norm(conv0)));
            layers.Add(("relu0", ReLU(inplace: true)));
            layers.Add(("pool0", MaxPool2d(3, 2, 1)));
        }
        else
        {
            layers.Add(("conv0", Layers.Conv(spec.InputChannels, channels, 3)));
        }
        _stages.Add(("stem", layers.Count(entry => entry.Item1 != "pool0")));
        for (var block = 1; block <= spec.Depths.Count; block++)
        {
            layers.Add(($"denseblock{block}", new DenseBlock(spec, channels, spec.Depths[block - 1])));
            channels += spec.Depths[block - 1] * spec.GrowthRate;
            if (block == spec.Depths.Count)
                break;
            _stages.Add(($"denseblock{block}", layers.Count));
            layers.Add(($"transition{block}", new DenseTransition(spec, channels)));
            channels = spec.Compressed(channels);
        }
        // The name counts ImageNet's four blocks; with another number of blocks it is the same, for want of a published one.
        layers.Add(("norm5", Layers.Norm(channels)));
        _stages.Add(($"denseblock{spec.Depths.Count}", layers.Count));
        features = Sequential(layers);

        RegisterComponents();
        Initialization.HeNormal(this);
    }

    public override Tensor FeatureMaps(Tensor images) => features.call(images).Relu_();   // [N, F, S/32, S/32]; CIFAR: [N, F, S/4, S/4]

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages
    {
        get
        {
            var stages = Layers.Stages(features, _stages);
            return [.. stages.SkipLast(1), (stages[^1].Name, x => stages[^1].Run(x).Relu_())];
        }
    }
}
