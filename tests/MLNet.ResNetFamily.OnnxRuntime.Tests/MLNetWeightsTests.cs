using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNet.ResNetFamily.Tests;

/// <summary>The network of ML.NET's package, in libtorch and as the package has it.</summary>
[TestClass]
public sealed class MLNetWeightsTests
{
    private const int Side = 224;

    [TestMethod]
    public void TheFeaturesAreThoseOfThePackagesOwnNetwork()
    {
        using var scope = NewDisposeScope();
        using var backbone = Backbones.ResNet20MLNet.Build();
        WeightImport.Load(backbone, MLNetWeights.Find());
        backbone.eval();
        manual_seed(1);
        var pixels = randint(0, 256, [1, 3, Side, Side]).to(ScalarType.Float32);
        var preprocessing = Backbones.ResNet20MLNet.Preprocessing;
        var mean = tensor(preprocessing.Mean.ToArray()).reshape(1, 3, 1, 1);
        var std = tensor(preprocessing.Std.ToArray()).reshape(1, 3, 1, 1);

        Tensor features;
        using (no_grad())
            features = backbone.call((pixels / 255 - mean) / std);

        // The package's network takes blue, green, red on the scale of 0 to 255.
        var input = (pixels - mean * 255).flip(1).contiguous();
        var expected = tensor(RunWithOnnxRuntime(input));
        var difference = (features.flatten() - expected).abs().max().item<float>() / expected.abs().max().item<float>();
        Assert.IsLessThan(1e-4f, difference);
        Assert.IsGreaterThan(0.1f, expected.abs().max().item<float>());
    }

    private static float[] RunWithOnnxRuntime(Tensor input)
    {
        using var session = new InferenceSession(MLNetWeights.Find());
        var values = new DenseTensor<float>(input.data<float>().ToArray(), [1, 3, Side, Side]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], values)]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
