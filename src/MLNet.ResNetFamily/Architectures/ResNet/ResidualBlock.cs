using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// y = relu(shortcut(x) + branch(x)): He et al. (2015), equations 1 and 2. In a plain network, section 3.3, it is relu(branch(x)).
internal abstract class ResidualBlock(string name, ResNetSpec spec, StochasticDepthGate gate) : Module<Tensor, Tensor>(name), IResidualUnit
{
    public StochasticDepthGate Gate => gate;

    public bool KeepsShape => Downsample is null && spec.Shortcut != ResNetShortcut.None;

    internal abstract FoldableBatchNorm LastNorm { get; }

    protected abstract Module<Tensor, Tensor>? Downsample { get; }

    protected abstract Tensor Branch(Tensor x);

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (spec.Shortcut == ResNetShortcut.None)
            return Branch(x).Relu_().MoveToOuterDisposeScope();
        var shortcut = Downsample?.call(x) ?? x;
        if (gate.Drops(training))
            return shortcut.Relu().MoveToOuterDisposeScope();
        var y = gate.Weigh(Branch(x), training);
        return y.Add_(gate.Pass(shortcut)).Relu_().MoveToOuterDisposeScope();
    }

    // Where shapes do not change, options A and B are the identity and need no module.
    protected static Module<Tensor, Tensor>? Shortcut(ResNetShortcut kind, int channelsIn, int channelsOut, int stride)
    {
        var shapesChange = stride != 1 || channelsIn != channelsOut;
        return kind switch
        {
            ResNetShortcut.ProjectionEverywhere => Projection(),
            ResNetShortcut.Projection when shapesChange => Projection(),
            ResNetShortcut.ZeroPadding when shapesChange => new ZeroPaddingShortcut(channelsIn, channelsOut, stride),
            _ => null,
        };

        Sequential Projection()
        {
            var conv = Layers.Conv(channelsIn, channelsOut, 1, stride);
            return Sequential(conv, Layers.Norm(conv));
        }
    }
}
