using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A second classifier on maps from the middle of the network, which only training uses. Szegedy et al. (2015), figure 8.
internal sealed class AuxiliaryHead : Module<Tensor, Tensor>
{
    // torchvision's checkpoints use these field names as keys ("AuxLogits.fc.weight").
    private readonly ConvNorm conv0, conv1;
    private readonly Linear fc;

    internal AuxiliaryHead(int channels, int classCount)
        : base(nameof(AuxiliaryHead))
    {
        conv0 = ConvNorm.Same(channels, 128, 1);
        conv1 = ConvNorm.Valid(128, 768, 5);
        fc = Linear(768, classCount, device: Initialization.Place);
        RegisterComponents();
        Initialization.TruncatedNormal(conv0, 0.1);
        Initialization.TruncatedNormal(conv1, 0.01);
        Initialization.TruncatedNormal(fc, 0.001);
    }

    // The pooling needs 5 positions for each of the 5 that the second convolution needs, 3 apart.
    internal const int MinimumMapSize = 5 + 3 * 4;

    public override Tensor forward(Tensor maps)
    {
        using var scope = NewDisposeScope();
        var x = functional.avg_pool2d(maps, 5, stride: 3);        // [N, C, 5, 5] at the published image size
        x = conv1.call(conv0.call(x));                            // [N, 768, 1, 1]
        return fc.call(x.mean([2, 3])).MoveToOuterDisposeScope(); // [N, K]
    }
}
