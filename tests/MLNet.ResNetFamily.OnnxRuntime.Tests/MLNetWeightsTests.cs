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

    // The original subtracts the mean of all images position by position, the backbone the mean of each channel.
    [TestMethod]
    public void OnPhotographsTheFeaturesAreWithin8PercentOfTheOriginals()
    {
        var folder = Path.GetFullPath(RepositoryFolder.File("..", "shared", "data", "clothing", "test"));
        if (!Directory.Exists(folder))
            Assert.Inconclusive("needs '../shared/data/clothing/test', which is not part of a clone");
        var files = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Select(kind => Directory.GetFiles(kind).Order(StringComparer.Ordinal).First()).ToList();
        using var scope = NewDisposeScope();
        using var backbone = Backbones.ResNet20MLNet.Build();
        WeightImport.Load(backbone, MLNetWeights.Find());
        backbone.eval();
        using var network = new InferenceSession(MLNetWeights.Find());
        using var original = new InferenceSession(OriginalPreprocessing);

        var differences = files.ConvertAll(file =>
        {
            // [1, 3, S, S], red, green, blue from 0 to 255: the same pixels for both.
            var pixels = Pixels(file);
            var means = tensor(Backbones.ResNet20MLNet.Preprocessing.Mean.ToArray()).reshape(1, 3, 1, 1);
            var stds = tensor(Backbones.ResNet20MLNet.Preprocessing.Std.ToArray()).reshape(1, 3, 1, 1);
            using var gradients = no_grad();
            var features = backbone.call((pixels / 255 - means) / stds).flatten();
            var expected = tensor(Run(network, tensor(Run(original, pixels)).reshape(1, 3, Side, Side)));
            return (features - expected).norm().item<float>() / expected.norm().item<float>();
        });

        Assert.HasCount(10, differences);
        Assert.IsLessThan(0.08, differences.Average(), string.Join(", ", differences));
    }

    private static string OriginalPreprocessing => Path.Combine(
        Path.GetDirectoryName(MLNetWeights.Find())!, "..", "ResNetPrepOnnx", "ResNetPreprocess.onnx");

    private static Tensor Pixels(string file)
    {
        var preprocessing = Backbones.ResNet20MLNet.Preprocessing with { Mean = [0, 0, 0], Std = [1 / 255f, 1 / 255f, 1 / 255f] };
        var values = new float[3 * Side * Side];
        using var image = ImageDecoder.DecodeBytes(File.ReadAllBytes(file), file, maxPixels: long.MaxValue);
        new Preprocessor(preprocessing).Apply(image, values);
        return tensor(values).reshape(1, Side, Side, 3).permute(0, 3, 1, 2).contiguous();
    }

    private static float[] RunWithOnnxRuntime(Tensor input)
    {
        using var session = new InferenceSession(MLNetWeights.Find());
        return Run(session, input);
    }

    private static float[] Run(InferenceSession session, Tensor input)
    {
        var values = new DenseTensor<float>(input.data<float>().ToArray(), [1, 3, Side, Side]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(session.InputNames[0], values)]);
        return [.. results[0].AsEnumerable<float>()];
    }
}
