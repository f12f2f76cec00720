using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequential = TorchSharp.Modules.Sequential;

namespace MLNet.ResNetFamily;

// Szegedy et al. (2016), figure 9, with timm's keys.
internal sealed class InceptionV4 : Backbone
{
    // timm's checkpoints use this field name as a key ("features.0.conv.weight").
    private readonly Sequential features;

    internal InceptionV4(InceptionV4Spec spec)
        : base(spec)
    {
        var layers = new List<Module<Tensor, Tensor>>
        {
            ConvNorm.Valid(spec.InputChannels, 32, 3, 2),         // sizes for 299 pixels: 149
            ConvNorm.Valid(32, 32, 3),                            // 147
            ConvNorm.Same(32, 64, 3),
            // Figure 3, the stem, goes on in three mixed blocks.
            new Mixed(MixedPath.Of("maxpool", MaxPool2d(3, 2)), MixedPath.Of("conv", ConvNorm.Valid(64, 96, 3, 2))),        // 73
            new Mixed(
                MixedPath.Of("branch0", ConvNorm.Same(160, 64, 1), ConvNorm.Valid(64, 96, 3)),
                // 71
                MixedPath.Of(
                    "branch1", ConvNorm.Same(160, 64, 1), ConvNorm.Same(64, 64, 1, 7), ConvNorm.Same(64, 64, 7, 1),
                    ConvNorm.Valid(64, 96, 3))),
            new Mixed(MixedPath.Of("conv", ConvNorm.Valid(192, 192, 3, 2)), MixedPath.Of("maxpool", MaxPool2d(3, 2))),      // 35
        };
        layers.AddRange(Enumerable.Range(0, 4).Select(_ => BlockA()));
        layers.Add(ReductionA());                                 // 17
        layers.AddRange(Enumerable.Range(0, 7).Select(_ => BlockB()));
        layers.Add(ReductionB());                                 // 8
        layers.AddRange(Enumerable.Range(0, 3).Select(_ => BlockC()));
        features = Sequential(layers);
        RegisterComponents();
        Initialization.TruncatedHeNormal(this);
    }

    public override Tensor FeatureMaps(Tensor images) => features.call(images);   // [N, 1536, 8, 8] of 299 pixels

    // Named after their last layers.
    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages =>
        Layers.Stages(features, new[] { 2, 3, 9, 17, 21 }.Select(last => ($"features.{last}", last + 1)));

    // Figure 4.
    private static Mixed BlockA() => new(
        MixedPath.Of("branch0", ConvNorm.Same(384, 96, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(384, 64, 1), ConvNorm.Same(64, 96, 3)),
        MixedPath.Of("branch2", ConvNorm.Same(384, 64, 1), ConvNorm.Same(64, 96, 3), ConvNorm.Same(96, 96, 3)),
        MixedPath.Of("branch3", AvgPool2d(3, 1, 1, count_include_pad: false), ConvNorm.Same(384, 96, 1)));

    // Figure 7 with k, l, m, n of table 1.
    private static Mixed ReductionA() => new(
        MixedPath.Of("branch0", ConvNorm.Valid(384, 384, 3, 2)),
        MixedPath.Of("branch1", ConvNorm.Same(384, 192, 1), ConvNorm.Same(192, 224, 3), ConvNorm.Valid(224, 256, 3, 2)),
        MixedPath.Of("branch2", MaxPool2d(3, 2)));

    // Figure 5.
    private static Mixed BlockB() => new(
        MixedPath.Of("branch0", ConvNorm.Same(1024, 384, 1)),
        MixedPath.Of("branch1", ConvNorm.Same(1024, 192, 1), ConvNorm.Same(192, 224, 1, 7), ConvNorm.Same(224, 256, 7, 1)),
        MixedPath.Of(
            "branch2", ConvNorm.Same(1024, 192, 1), ConvNorm.Same(192, 192, 7, 1), ConvNorm.Same(192, 224, 1, 7),
            ConvNorm.Same(224, 224, 7, 1), ConvNorm.Same(224, 256, 1, 7)),
        MixedPath.Of("branch3", AvgPool2d(3, 1, 1, count_include_pad: false), ConvNorm.Same(1024, 128, 1)));

    // Figure 8.
    private static Mixed ReductionB() => new(
        MixedPath.Of("branch0", ConvNorm.Same(1024, 192, 1), ConvNorm.Valid(192, 192, 3, 2)),
        MixedPath.Of(
            "branch1", ConvNorm.Same(1024, 256, 1), ConvNorm.Same(256, 256, 1, 7), ConvNorm.Same(256, 320, 7, 1),
            ConvNorm.Valid(320, 320, 3, 2)),
        MixedPath.Of("branch2", MaxPool2d(3, 2)));

    // Figure 6.
    private static Mixed BlockC() => new(
        MixedPath.Of("branch0", ConvNorm.Same(1536, 256, 1)),
        MixedPath.Of(("branch1_0", ConvNorm.Same(1536, 384, 1)))
            .Split(("branch1_1a", ConvNorm.Same(384, 256, 1, 3)), ("branch1_1b", ConvNorm.Same(384, 256, 3, 1))),
        MixedPath.Of(("branch2_0", ConvNorm.Same(1536, 384, 1)), ("branch2_1", ConvNorm.Same(384, 448, 3, 1)), ("branch2_2",
            ConvNorm.Same(448, 512, 1, 3)))
            .Split(("branch2_3a", ConvNorm.Same(512, 256, 1, 3)), ("branch2_3b", ConvNorm.Same(512, 256, 3, 1))),
        MixedPath.Of("branch3", AvgPool2d(3, 1, 1, count_include_pad: false), ConvNorm.Same(1536, 256, 1)));
}
