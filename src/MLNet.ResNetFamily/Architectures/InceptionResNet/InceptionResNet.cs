using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Szegedy et al. (2016), figure 15. Version 2 has timm's keys, version 1 the same ones where it has the same layers.
internal sealed class InceptionResNet : SequentialBackbone
{
    private readonly InceptionResNetSpec _spec;
    private readonly int _blockCount;
    private readonly Linear? last_linear;                         // FaceNet's checkpoints use these two field names as keys
    private readonly BatchNorm1d? last_bn;
    private int _blocks;

    internal InceptionResNet(InceptionResNetSpec spec)
        : base(spec)
    {
        _spec = spec;
        Add("conv2d_1a", ConvNorm.Valid(spec.InputChannels, 32, 3, 2));           // sizes for 299 pixels: 149
        Add("conv2d_2a", ConvNorm.Valid(32, 32, 3));                              // 147
        Add("conv2d_2b", ConvNorm.Same(32, 64, 3));
        EndStage();
        Add("maxpool_3a", MaxPool2d(3, 2));                                       // 73
        Add("conv2d_3b", ConvNorm.Same(64, 80, 1));
        Add("conv2d_4a", ConvNorm.Valid(80, 192, 3));                             // 71
        EndStage();
        if (spec.Version == InceptionResNetVersion.V1)
        {
            _blockCount = 5 + 10 + 6;
            Add("conv2d_4b", ConvNorm.Valid(192, 256, 3, 2));                     // 35
            Add("repeat_1", Repeat(5, BlockA1));
            EndStage();
            Add("mixed_6a", Reduction35(256, 192, 192, 256));                     // 17
            Add("repeat_2", Repeat(10, BlockB1));
            EndStage();
            MarkAuxiliary();
            Add("mixed_7a", Reduction17(896, 256, 256, 256));                     // 8
            Add("repeat_3", Repeat(5, BlockC1));
            // The published network ends in one block more than the paper's, unscaled and without ReLU.
            Add("block8", BlockC1(last: true));
            EndStage();
            if (spec.EmbeddingSize > 0)
            {
                last_linear = Linear(1792, spec.EmbeddingSize, hasBias: false, device: Initialization.Place);
                last_bn = BatchNorm1d(spec.EmbeddingSize, eps: 1e-3);
            }
        }
        else
        {
            _blockCount = 10 + 20 + 10;
            // The published network has a pooling and a mixed block here where the paper's stem is that of Inception v4.
            Add("maxpool_5a", MaxPool2d(3, 2));                                   // 35
            Add("mixed_5b", Mixed5b());
            Add("repeat", Repeat(10, BlockA2));
            EndStage();
            Add("mixed_6a", Reduction35(320, 256, 256, 384));                     // 17
            Add("repeat_1", Repeat(20, BlockB2));
            EndStage();
            MarkAuxiliary();
            Add("mixed_7a", Reduction17(1088, 288, 288, 320));                    // 8
            Add("repeat_2", Repeat(9, BlockC2));
            // The published network's last block is unscaled and without ReLU, unlike the paper's.
            Add("block8", BlockC2(last: true));
            Add("conv2d_7b", ConvNorm.Same(2080, 1536, 1));
            EndStage();
        }
        RegisterComponents();
        Initialization.TruncatedHeNormal(this);
    }

    protected internal override Tensor Pool(Tensor maps)
    {
        var features = maps.MeanOverPositions();
        if (_spec.Dropout > 0 && training)
            features = Draws.Dropout(features, _spec.Dropout, training);
        return last_linear is null ? features : last_bn!.call(last_linear.call(features));
    }

    private static Sequential Repeat(int count, Func<bool, InceptionResNetBlock> block) =>
        Sequential(Enumerable.Range(0, count).Select(_ => (Module<Tensor, Tensor>)block(false)));

    private InceptionResNetBlock Block(int channels, int joined, double scale, bool last, params MixedPath[] paths) =>
        new(channels, joined, scale, activates: !last, new StochasticDepthGate(_spec.StochasticDepth, ++_blocks, _blockCount), paths);

    // Figure 10.
    private InceptionResNetBlock BlockA1(bool last) => Block(256, 96, _spec.ScaleA, last,
        MixedPath.Of("branch0", ConvNorm.Same(256, 32, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(256, 32, 1), ConvNorm.Same(32, 32, 3)),
        MixedPath.Of("branch2", ConvNorm.Same(256, 32, 1), ConvNorm.Same(32, 32, 3), ConvNorm.Same(32, 32, 3)));

    // Figure 11.
    private InceptionResNetBlock BlockB1(bool last) => Block(896, 256, _spec.ScaleB, last,
        MixedPath.Of("branch0", ConvNorm.Same(896, 128, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(896, 128, 1), ConvNorm.Same(128, 128, 1, 7), ConvNorm.Same(128, 128, 7, 1)));

    // Figure 13.
    private InceptionResNetBlock BlockC1(bool last) => Block(1792, 384, last ? 1 : _spec.ScaleC, last,
        MixedPath.Of("branch0", ConvNorm.Same(1792, 192, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(1792, 192, 1), ConvNorm.Same(192, 192, 1, 3), ConvNorm.Same(192, 192, 3, 1)));

    // Figure 16.
    private InceptionResNetBlock BlockA2(bool last) => Block(320, 128, _spec.ScaleA, last,
        MixedPath.Of("branch0", ConvNorm.Same(320, 32, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(320, 32, 1), ConvNorm.Same(32, 32, 3)),
        MixedPath.Of("branch2", ConvNorm.Same(320, 32, 1), ConvNorm.Same(32, 48, 3), ConvNorm.Same(48, 64, 3)));

    // Figure 17, with the widths of the published network.
    private InceptionResNetBlock BlockB2(bool last) => Block(1088, 384, _spec.ScaleB, last,
        MixedPath.Of("branch0", ConvNorm.Same(1088, 192, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(1088, 128, 1), ConvNorm.Same(128, 160, 1, 7), ConvNorm.Same(160, 192, 7, 1)));

    // Figure 19, with the widths of the published network.
    private InceptionResNetBlock BlockC2(bool last) => Block(2080, 448, last ? 1 : _spec.ScaleC, last,
        MixedPath.Of("branch0", ConvNorm.Same(2080, 192, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(2080, 192, 1), ConvNorm.Same(192, 224, 1, 3), ConvNorm.Same(224, 256, 3, 1)));

    private static Mixed Mixed5b() => new(
        MixedPath.Of("branch0", ConvNorm.Same(192, 96, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(192, 48, 1), ConvNorm.Same(48, 64, 5)),
        MixedPath.Of("branch2", ConvNorm.Same(192, 64, 1), ConvNorm.Same(64, 96, 3), ConvNorm.Same(96, 96, 3)),
        MixedPath.Of("branch3", AvgPool2d(3, 1, 1, count_include_pad: false), ConvNorm.Same(192, 64, 1)));

    // Figure 7 with k, l, m of table 1 and n = 384.
    private static Mixed Reduction35(int channels, int k, int l, int m) => new(
        MixedPath.Of("branch0", ConvNorm.Valid(channels, 384, 3, 2)),
        MixedPath.Of("branch1", ConvNorm.Same(channels, k, 1), ConvNorm.Same(k, l, 3), ConvNorm.Valid(l, m, 3, 2)),
        MixedPath.Of("branch2", MaxPool2d(3, 2)));

    // Figures 12 and 18.
    private static Mixed Reduction17(int channels, int second, int third, int thirdOut) => new(
        MixedPath.Of("branch0", ConvNorm.Same(channels, 256, 1), ConvNorm.Valid(256, 384, 3, 2)),
        MixedPath.Of("branch1", ConvNorm.Same(channels, 256, 1), ConvNorm.Valid(256, second, 3, 2)),
        MixedPath.Of("branch2", ConvNorm.Same(channels, 256, 1), ConvNorm.Same(256, third, 3), ConvNorm.Valid(third, thirdOut, 3, 2)),
        MixedPath.Of("branch3", MaxPool2d(3, 2)));
}
