using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Sequential = TorchSharp.Modules.Sequential;

namespace MLNet.ResNetFamily;

// Krizhevsky (2014), with torchvision's channels: the paper has 384 in the fourth convolution too. Weights start as PyTorch's layers do.
internal sealed class AlexNet : Backbone
{
    // torchvision's checkpoints use these field names as keys ("features.0.weight").
    private readonly Sequential features;
    private readonly Sequential classifier;

    internal AlexNet(AlexNetSpec spec)
        : base(spec)
    {
        features = Sequential(
            Conv(spec.InputChannels, 64, 11, stride: 4, padding: 2), ReLU(inplace: true), MaxPool2d(3, 2),    // sizes for 224 pixels: 27
            Conv(64, 192, 5, padding: 2), ReLU(inplace: true), MaxPool2d(3, 2),                               // 13
            Conv(192, 384, 3, padding: 1), ReLU(inplace: true),
            Conv(384, 256, 3, padding: 1), ReLU(inplace: true),
            Conv(256, 256, 3, padding: 1), ReLU(inplace: true), MaxPool2d(3, 2));                             // 6
        classifier = Sequential(
            new DropoutLayer(spec.Dropout), Linear(256 * 6 * 6, 4096, device: Initialization.Place), ReLU(inplace: true),
            new DropoutLayer(spec.Dropout), Linear(4096, 4096, device: Initialization.Place), ReLU(inplace: true));

        RegisterComponents();
    }

    public override Tensor FeatureMaps(Tensor images) => features.call(images);   // [N, 256, S/32 - 1, S/32 - 1]

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages =>
        Layers.PooledStages(features, "conv1", "conv2", "conv5", "pool5");

    // The paper's network has 6×6 positions, always; torchvision averages other sizes to that.
    protected internal override Tensor Pool(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return classifier.call(maps.AverageTo(6).Flatten()).MoveToOuterDisposeScope();
    }

    private static Module<Tensor, Tensor> Conv(int channelsIn, int channelsOut, int kernel, int padding, int stride = 1) =>
        Conv2d(channelsIn, channelsOut, kernel, stride: stride, padding: padding, device: Initialization.Place);
}
