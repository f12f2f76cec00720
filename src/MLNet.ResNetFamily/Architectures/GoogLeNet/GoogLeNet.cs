using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Szegedy et al. (2014), table 1, with torchvision's keys.
internal sealed class GoogLeNet : SequentialBackbone
{
    private readonly double _dropout;

    internal GoogLeNet(GoogLeNetSpec spec)
        : base(spec)
    {
        _dropout = spec.Dropout;
        Add("conv1", ConvNorm.Strided(spec.InputChannels, 64, 7, 2));        // sizes for 224 pixels: 112
        EndStage();
        Add("maxpool1", MaxPool2d(3, 2, ceil_mode: true));                        // 56
        Add("conv2", ConvNorm.Same(64, 64, 1));
        Add("conv3", ConvNorm.Same(64, 192, 3));
        EndStage();
        Add("maxpool2", MaxPool2d(3, 2, ceil_mode: true));                        // 28
        Add("inception3a", Block(192, 64, (96, 128), (16, 32), 32));
        Add("inception3b", Block(256, 128, (128, 192), (32, 96), 64));
        EndStage();
        Add("maxpool3", MaxPool2d(3, 2, ceil_mode: true));                        // 14
        Add("inception4a", Block(480, 192, (96, 208), (16, 48), 64));
        MarkAuxiliary();
        Add("inception4b", Block(512, 160, (112, 224), (24, 64), 64));
        Add("inception4c", Block(512, 128, (128, 256), (24, 64), 64));
        Add("inception4d", Block(512, 112, (144, 288), (32, 64), 64));
        MarkAuxiliary();
        Add("inception4e", Block(528, 256, (160, 320), (32, 128), 128));
        EndStage();
        Add("maxpool4", MaxPool2d(2, 2, ceil_mode: true));                        // 7
        Add("inception5a", Block(832, 256, (160, 320), (32, 128), 128));
        Add("inception5b", Block(832, 384, (192, 384), (48, 128), 128));
        EndStage();
        Initialization.TruncatedNormal(this, 0.01);
    }

    // torchvision lists both after the last block.
    internal override string? KeyAfterAuxiliary => null;

    protected internal override Tensor Pool(Tensor maps) => Draws.Dropout(maps.MeanOverPositions(), _dropout, training);

    // Figure 2b. The third path has a 5×5 convolution there, torchvision and its weights a 3×3, by mistake.
    private static Mixed Block(int channels, int first, (int Reduced, int Out) second, (int Reduced, int Out) third, int pooled) => new(
        MixedPath.Of("branch1", ConvNorm.Same(channels, first, 1)),
        MixedPath.Of("branch2", ConvNorm.Same(channels, second.Reduced, 1), ConvNorm.Same(second.Reduced, second.Out, 3)),
        MixedPath.Of("branch3", ConvNorm.Same(channels, third.Reduced, 1), ConvNorm.Same(third.Reduced, third.Out, 3)),
        MixedPath.Of("branch4", MaxPool2d(3, 1, 1), ConvNorm.Same(channels, pooled, 1)));
}
