using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Szegedy et al. (2015), table 1, with torchvision's keys.
internal sealed class InceptionV3 : SequentialBackbone
{
    private readonly double _dropout;

    internal InceptionV3(InceptionV3Spec spec)
        : base(spec)
    {
        _dropout = spec.Dropout;
        Add("Conv2d_1a_3x3", ConvNorm.Valid(spec.InputChannels, 32, 3, 2));       // sizes for 299 pixels: 149
        Add("Conv2d_2a_3x3", ConvNorm.Valid(32, 32, 3));                          // 147
        Add("Conv2d_2b_3x3", ConvNorm.Same(32, 64, 3));
        EndStage();
        Add("maxpool1", MaxPool2d(3, 2));                                         // 73
        Add("Conv2d_3b_1x1", ConvNorm.Same(64, 80, 1));
        Add("Conv2d_4a_3x3", ConvNorm.Valid(80, 192, 3));                         // 71
        EndStage();
        Add("maxpool2", MaxPool2d(3, 2));                                         // 35
        Add("Mixed_5b", BlockA(192, 32));
        Add("Mixed_5c", BlockA(256, 64));
        Add("Mixed_5d", BlockA(288, 64));
        EndStage();
        Add("Mixed_6a", Reduction35());                                           // 17
        Add("Mixed_6b", BlockB(128));
        Add("Mixed_6c", BlockB(160));
        Add("Mixed_6d", BlockB(160));
        Add("Mixed_6e", BlockB(192));
        EndStage();
        MarkAuxiliary();
        Add("Mixed_7a", Reduction17());                                           // 8
        Add("Mixed_7b", BlockC(1280));
        Add("Mixed_7c", BlockC(2048));
        EndStage();
        Initialization.TruncatedNormal(this, 0.1);
    }

    protected internal override Tensor Pool(Tensor maps)
    {
        var features = maps.MeanOverPositions();
        return _dropout > 0 && training ? Draws.Dropout(features, _dropout, training) : features;
    }

    // Figure 5.
    private static Mixed BlockA(int channels, int pooled) => new(
        MixedPath.Of(("branch1x1", ConvNorm.Same(channels, 64, 1))),
        MixedPath.Of(("branch5x5_1", ConvNorm.Same(channels, 48, 1)), ("branch5x5_2", ConvNorm.Same(48, 64, 5))),
        MixedPath.Of(
            ("branch3x3dbl_1", ConvNorm.Same(channels, 64, 1)), ("branch3x3dbl_2", ConvNorm.Same(64, 96, 3)),
            ("branch3x3dbl_3", ConvNorm.Same(96, 96, 3))),
        MixedPath.Of(("pool", AvgPool2d(3, 1, 1)), ("branch_pool", ConvNorm.Same(channels, pooled, 1))));

    // Figure 10.
    private static Mixed Reduction35() => new(
        MixedPath.Of(("branch3x3", ConvNorm.Valid(288, 384, 3, 2))),
        MixedPath.Of(
            ("branch3x3dbl_1", ConvNorm.Same(288, 64, 1)), ("branch3x3dbl_2", ConvNorm.Same(64, 96, 3)),
            ("branch3x3dbl_3", ConvNorm.Valid(96, 96, 3, 2))),
        MixedPath.Of(("pool", MaxPool2d(3, 2))));

    // Figure 6 with n = 7.
    private static Mixed BlockB(int width) => new(
        MixedPath.Of(("branch1x1", ConvNorm.Same(768, 192, 1))),
        MixedPath.Of(
            ("branch7x7_1", ConvNorm.Same(768, width, 1)), ("branch7x7_2", ConvNorm.Same(width, width, 1, 7)),
            ("branch7x7_3", ConvNorm.Same(width, 192, 7, 1))),
        MixedPath.Of(
            ("branch7x7dbl_1", ConvNorm.Same(768, width, 1)),
            ("branch7x7dbl_2", ConvNorm.Same(width, width, 7, 1)), ("branch7x7dbl_3", ConvNorm.Same(width, width, 1, 7)),
            ("branch7x7dbl_4", ConvNorm.Same(width, width, 7, 1)), ("branch7x7dbl_5", ConvNorm.Same(width, 192, 1, 7))),
        MixedPath.Of(("pool", AvgPool2d(3, 1, 1)), ("branch_pool", ConvNorm.Same(768, 192, 1))));

    private static Mixed Reduction17() => new(
        MixedPath.Of(("branch3x3_1", ConvNorm.Same(768, 192, 1)), ("branch3x3_2", ConvNorm.Valid(192, 320, 3, 2))),
        MixedPath.Of(
            ("branch7x7x3_1", ConvNorm.Same(768, 192, 1)), ("branch7x7x3_2", ConvNorm.Same(192, 192, 1, 7)),
            ("branch7x7x3_3", ConvNorm.Same(192, 192, 7, 1)), ("branch7x7x3_4", ConvNorm.Valid(192, 192, 3, 2))),
        MixedPath.Of(("pool", MaxPool2d(3, 2))));

    // Figure 7.
    private static Mixed BlockC(int channels) => new(
        MixedPath.Of(("branch1x1", ConvNorm.Same(channels, 320, 1))),
        MixedPath.Of(("branch3x3_1", ConvNorm.Same(channels, 384, 1)))
            .Split(("branch3x3_2a", ConvNorm.Same(384, 384, 1, 3)), ("branch3x3_2b", ConvNorm.Same(384, 384, 3, 1))),
        MixedPath.Of(("branch3x3dbl_1", ConvNorm.Same(channels, 448, 1)), ("branch3x3dbl_2", ConvNorm.Same(448, 384, 3)))
            .Split(("branch3x3dbl_3a", ConvNorm.Same(384, 384, 1, 3)), ("branch3x3dbl_3b", ConvNorm.Same(384, 384, 3, 1))),
        MixedPath.Of(("pool", AvgPool2d(3, 1, 1)), ("branch_pool", ConvNorm.Same(channels, 192, 1))));
}
