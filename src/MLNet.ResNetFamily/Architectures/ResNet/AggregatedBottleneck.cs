using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Xie et al. (2016), figures 3a and 3b: the bottleneck with a path of its own for each group.
internal sealed class AggregatedBottleneck : ResidualBlock
{
    private readonly ModuleList<AggregatedPath> paths;
    private readonly Conv2d? conv3;                               // figure 3b only; in 3a each path has its own
    private readonly FoldableBatchNorm bn3;
    private readonly Module<Tensor, Tensor>? downsample;

    internal AggregatedBottleneck(ResNetSpec spec, int channelsIn, int width, int channelsOut, int stride, StochasticDepthGate gate)
        : base(nameof(AggregatedBottleneck), spec, gate)
    {
        var sums = spec.Form == AggregationForm.SplitTransformSum;
        paths = ModuleList(Enumerable.Range(0, spec.Groups)
            .Select(_ => new AggregatedPath(spec, channelsIn, width / spec.Groups, sums ? channelsOut : 0, stride)).ToArray());
        conv3 = sums ? null : Layers.Conv(width, channelsOut, 1);
        // Paths are added up before the batch norm, as the paper says in section 4.
        bn3 = conv3 is null ? Layers.Norm(channelsOut) : Layers.Norm(conv3);
        downsample = Shortcut(spec.Shortcut, channelsIn, channelsOut, stride);
        RegisterComponents();
    }

    internal override FoldableBatchNorm LastNorm => bn3;

    protected override Module<Tensor, Tensor>? Downsample => downsample;

    protected override Tensor Branch(Tensor x)
    {
        var outputs = paths.Select(path => path.call(x)).ToArray();
        return bn3.call(conv3 is null ? outputs.Aggregate((sum, output) => sum.Add(output)) : conv3.call(Operations.Join(outputs)));
    }
}
