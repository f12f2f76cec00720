using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A further classifier on maps from the middle of the network, which only training uses. Szegedy et al. (2014), section 5.
internal sealed class GoogLeNetAuxiliaryHead : Module<Tensor, Tensor>
{
    // torchvision's checkpoints use these field names as keys ("aux1.fc1.weight").
    private readonly ConvNorm conv;
    private readonly Linear fc1, fc2;
    private readonly double _dropout;

    internal GoogLeNetAuxiliaryHead(int channels, int classCount, double dropout)
        : base(nameof(GoogLeNetAuxiliaryHead))
    {
        _dropout = dropout;
        conv = ConvNorm.Same(channels, 128, 1);
        fc1 = Linear(128 * 4 * 4, 1024, device: Initialization.Place);
        fc2 = Linear(1024, classCount, device: Initialization.Place);
        RegisterComponents();
        Initialization.TruncatedNormal(this, 0.01);
    }

    // The paper pools 14×14 positions with a window of 5 and a stride of 3; torchvision averages any number to 4×4.
    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var x = conv.call(functional.adaptive_avg_pool2d(maps, 4));                          // [N, 128, 4, 4]
        x = functional.relu(fc1.call(x.flatten(1)));                                         // [N, 1024]
        return fc2.call(Draws.Dropout(x, _dropout, training)).MoveToOuterDisposeScope();     // [N, K]
    }
}
