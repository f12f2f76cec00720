using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch.nn.init;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Classifiers in 8 bits.</summary>
[TestClass]
public sealed class QuantizationTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Families =>
        Backbones.All.GroupBy(spec => spec.Family).Select(family => new object[] { family.First().Name });

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AQuantizedClassifierGivesTheSameLabelsAndComesBackFromItsFile(bool keepsFirstAndLast)
    {
        var data = TinyClassifier.Planes(_mlContext, 24);
        using var model = TinyClassifier.Trained(_mlContext);

        using var quantized = model.Quantize(data, new() { KeepsFirstAndLastLayer = keepsFirstAndLast });
        _mlContext.Model.Save(quantized, data.Schema, _folder.File("int8.zip"));
        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("int8.zip"), out _);

        Assert.IsTrue(quantized.IsQuantized && loaded.IsQuantized && !model.IsQuantized);
        CollectionAssert.AreEqual(model.ClassNames.ToArray(), loaded.ClassNames.ToArray());
        CollectionAssert.AreEqual(Labels(model, data), Labels(loaded, data));
        CollectionAssert.AreEqual(Scores(quantized, data), Scores(loaded, data));
        var (exact, rounded) = (Scores(model, data), Scores(loaded, data));
        CollectionAssert.AreNotEqual(exact, rounded, "nothing was rounded");
        Assert.IsLessThan(0.1f, exact.Zip(rounded, (one, other) => Math.Abs(one - other)).Max());
    }

    [TestMethod]
    public void ATeacherInEightBitsIsRefused()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        using var quantized = teacher.Quantize(TinyClassifier.Planes(_mlContext, 12));

        var error = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { TeacherModel = quantized }));

        StringAssert.Contains(error.Message, "The teacher 'TeacherModel' is quantized, but a student learns from a model in float32.");
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void EveryFamilyCanBeQuantized(string name)
    {
        var spec = Backbones.Named(name);
        var size = spec.Preprocessing.ImageSize == 32 ? 32 : Math.Max(96, spec.MinimumImageSize + 32);
        var data = Noise(count: 6, size);
        var network = LivelyNetwork.Of(spec, TestImages.ClassNames.Length);
        using (TorchSharp.torch.no_grad())
        {
            // AlexNet's own first weights let so little through that its answers are hardly more than biases.
            if (name == Backbones.AlexNet.Name)
                network.Backbone.parameters().Where(weight => weight.dim() > 1).ToList().ForEach(weight => kaiming_normal_(weight));
            // So that no probability is 0 or 1, and its logarithm tells about the logits.
            network.Head.Weights.Weight.mul_(0.02);
        }
        using var model = ImageClassifierTransformer.FromNetwork(
            _mlContext, network, TestImages.ClassNames, spec.Preprocessing.WithImageSize(size));

        using var quantized = model.Quantize(data, new() { ImageCount = 4 });

        var exact = Scores(model, data).Select(score => MathF.Log(score)).ToArray();
        var difference = exact.Zip(Scores(quantized, data), (one, other) => Math.Abs(one - MathF.Log(other))).Max();
        Console.WriteLine($"{name}: {difference / (exact.Max() - exact.Min()):G3}");
        Assert.IsGreaterThan(0, difference);
        Assert.IsLessThan(0.2f * (exact.Max() - exact.Min()), difference);
    }

    [TestMethod]
    [DataRow("googlenet", "inception5b")]
    [DataRow("inception_v3", "Mixed_7c")]
    public void AuxiliaryClassifiersAreLeftOut(string name, string lastBlock)
    {
        var spec = Backbones.Named(name);
        var data = Noise(count: 2, spec.MinimumImageSize + 32);
        using var model = ImageClassifierTransformer.FromNetwork(
            _mlContext, LivelyNetwork.Of(spec, TestImages.ClassNames.Length), TestImages.ClassNames,
            spec.Preprocessing.WithImageSize(spec.MinimumImageSize + 32));

        using var quantized = model.Quantize(data);
        _mlContext.Model.Save(quantized, data.Schema, _folder.File("int8.zip"));

        using var archive = ZipFile.OpenRead(_folder.File("int8.zip"));
        var names = string.Concat(archive.Entries.Select(entry => new StreamReader(entry.Open(), Encoding.Latin1).ReadToEnd()));
        StringAssert.Contains(names, lastBlock);
        Assert.IsFalse(spec.Auxiliaries.Any(auxiliary => names.Contains(auxiliary.Key)));
    }

    [TestMethod]
    public void TheFileIsAQuarterOfTheOther()
    {
        var spec = Backbones.Named("resnet20_cifar");
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(4));
        using var model = ImageClassifierTransformer.FromNetwork(
            _mlContext, new(spec, TestImages.ClassNames.Length), TestImages.ClassNames, spec.Preprocessing);
        using var quantized = model.Quantize(data);

        Assert.IsLessThan(0.3 * Size(model, "float32.zip"), Size(quantized, "int8.zip"));

        long Size(ITransformer saved, string name)
        {
            _mlContext.Model.Save(saved, data.Schema, _folder.File(name));
            return new FileInfo(_folder.File(name)).Length;
        }
    }

    [TestMethod]
    public void WhatTakesTheWeightsInFloat32SaysSo()
    {
        var data = TinyClassifier.Planes(_mlContext, 6);
        using var model = TinyClassifier.Trained(_mlContext);
        using var quantized = model.Quantize(data);

        foreach (Action action in new Action[]
        {
            () => quantized.Explain(TestImages.Image(1)), () => quantized.SaveAsOnnx(_folder.File("model.onnx")),
            () => quantized.Quantize(data), () => quantized.SaveWeights(_folder.File("weights.safetensors")),
            () => Scores(quantized, data, new() { Engine = ScoringEngine.Libtorch }),
            () => Scores(quantized, data, new() { Precision = Precision.BFloat16 }),
        })
            StringAssert.Contains(Assert.Throws<InvalidOperationException>(action).Message, "The classifier is quantized");
    }

    [TestMethod]
    public void OptionsAndImagesAreChecked()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var none = _mlContext.Data.LoadFromEnumerable(Array.Empty<TestImages.ImageRow>());

        var option = Assert.Throws<ArgumentException>(() => model.Quantize(none, new() { ImageCount = 0 }));
        var images = Assert.Throws<InvalidDataException>(() => model.Quantize(none));

        StringAssert.Contains(option.Message, "ImageCount");
        StringAssert.Contains(images.Message, "no image to calibrate with");
    }

    // What the statistics of a lively network are of.
    private IDataView Noise(int count, int size) => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(1, count).Select(seed =>
    {
        var random = new Random(seed);
        return new TestImages.ImageRow
        {
            Image = DrawnPixels.Image(size, size, (_, _, _) => random.Next(256)), Label = TestImages.LabelOf(seed),
        };
    }));

    private static float[] Scores(ImageClassifierTransformer model, IDataView data, ScoringOptions? scoring = null) =>
        [.. model.Transform(data, scoring ?? new() { Threads = 1 }).GetColumn<float[]>("Score").SelectMany(row => row)];

    private static uint[] Labels(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<uint>("PredictedLabel")];
}
