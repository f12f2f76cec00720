using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;
using Sequential = TorchSharp.Modules.Sequential;

namespace MLNet.ResNetFamily;

// Simonyan and Zisserman (2014), table 1, column D.
internal sealed class Vgg : Backbone
{
    // torchvision's checkpoints use these field names as keys ("features.0.weight").
    private readonly Sequential features;
    private readonly Sequential classifier;

    internal Vgg(VggSpec spec)
        : base(spec)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var channels = spec.InputChannels;
        foreach (var (convolutions, width) in new[] { (2, 64), (2, 128), (3, 256), (3, 512), (3, 512) })
        {
            for (var i = 0; i < convolutions; i++)
            {
                var conv = Conv2d(channels, width, 3, padding: 1, device: Initialization.Place);
                layers.Add(conv);
                if (spec.HasBatchNorm)
                    layers.Add(Layers.Norm(conv));
                layers.Add(ReLU(inplace: true));
                channels = width;
            }
            layers.Add(MaxPool2d(2, 2));
        }
        features = Sequential(layers);
        classifier = Sequential(
            nn.Linear(512 * 7 * 7, 4096, device: Initialization.Place), ReLU(inplace: true), new DropoutLayer(spec.Dropout),
            nn.Linear(4096, 4096, device: Initialization.Place), ReLU(inplace: true), new DropoutLayer(spec.Dropout));

        RegisterComponents();
        Initialization.HeNormal(features);
        foreach (var linear in classifier.modules().OfType<Linear>())
        {
            init.normal_(linear.weight, 0, 0.01);
            init.zeros_(linear.bias!);
        }
    }

    public override Tensor FeatureMaps(Tensor images) => features.call(images);   // [N, 512, S/32, S/32]

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages =>
        Layers.PooledStages(features, "block1", "block2", "block3", "block4", "block5", "pool5");

    // The paper's network has 7×7 positions, always; torchvision averages other sizes to that.
    protected internal override Tensor Pool(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return classifier.call(maps.AverageTo(7).Flatten()).MoveToOuterDisposeScope();
    }
}
