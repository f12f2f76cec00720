using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.OnnxFormat;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

[TestClass]
public sealed class OnnxExportTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("model.onnx");

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(ScalarType.Float32, 1e-5f)]
    [DataRow(ScalarType.Float16, 1e-2f)]
    public void FromPixelsToTheProbabilitiesOfTheModel(ScalarType type, float tolerance)
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var scored = model.Transform(TinyClassifier.Planes(_mlContext, 3));
        var expected = scored.GetColumn<float[]>("Score").SelectMany(score => score).ToArray();

        model.SaveAsOnnx(FilePath, new() { FloatType = type, IncludesPreprocessing = true });

        using var session = new OnnxSession(FilePath);
        byte[] pixels = [.. Enumerable.Range(0, 3).SelectMany(image => TestImages.Pixels(image))];
        using var found = session.Run(pixels, [3, TestImages.Size, TestImages.Size, 3]);
        Assert.AreEqual("probabilities", session.Output.Name);
        Assert.HasCount(expected.Length, found.data<float>().ToArray());
        foreach (var (right, probability) in expected.Zip(found.data<float>().ToArray()))
            Assert.AreEqual(right, probability, tolerance);
    }

    [TestMethod]
    public void AFeaturizerGivesItsFeatures()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([3]));
        var options = new ImageFeaturizerEstimator.Options { Backbone = TinyClassifier.Backbone };
        using var featurizer = _mlContext.Transforms.ImageFeaturizer(options).Fit(data);
        var expected = featurizer.Transform(data).GetColumn<float[]>("Features").Single();

        featurizer.SaveAsOnnx(FilePath, new() { IncludesPreprocessing = true });

        using var session = new OnnxSession(FilePath);
        using var found = session.Run(TestImages.Pixels(3), [1, TestImages.Size, TestImages.Size, 3]);
        Assert.AreEqual("features", session.Output.Name);
        foreach (var (right, feature) in expected.Zip(found.data<float>().ToArray()))
            Assert.AreEqual(right, feature, 1e-5f);
    }

    [TestMethod]
    public void TheNumberOfImagesIsFreeAndTheirSizeIsNot()
    {
        using var model = TinyClassifier.Trained(_mlContext);

        model.SaveAsOnnx(FilePath, new() { GivesProbabilities = false });

        using var session = new OnnxSession(FilePath);
        using var scope = NewDisposeScope();
        var images = randn(3, 3, TestImages.Size, TestImages.Size);
        Assert.AreEqual("images", session.Input.Name);
        CollectionAssert.AreEqual(new[] { -1, 3, TestImages.Size, TestImages.Size }, session.Input.Value.Dimensions);
        Assert.AreEqual("logits", session.Output.Name);
        CollectionAssert.AreEqual(new[] { -1, model.ClassNames.Count }, session.Output.Value.Dimensions);
        Assert.IsLessThan(1e-6, ExportedNetwork.Difference(session.Run(images)[2], session.Run(images.narrow(0, 2, 1))[0]));
    }

    [TestMethod]
    public void TheFileSaysWhatItHolds()
    {
        using var model = TinyClassifier.Trained(_mlContext);

        model.SaveAsOnnx(FilePath);

        using var session = new OnnxSession(FilePath);
        CollectionAssert.AreEqual(model.ClassNames.ToArray(), JsonSerializer.Deserialize<string[]>(session.Metadata["classes"]));
        Assert.AreEqual("tiny", session.Metadata["backbone"]);
        Assert.AreEqual(TestImages.Size, JsonElement.Parse(session.Metadata["preprocessing"]).GetProperty("imageSize").GetInt32());
        var file = ModelProto.Parser.ParseFrom(File.ReadAllBytes(FilePath));
        var version = typeof(OnnxExport).Assembly.GetName().Version!.ToString(3);
        Assert.AreEqual(("MLNet.ResNetFamily", version), (file.ProducerName, file.ProducerVersion));
        Assert.AreEqual((8, 17), (file.IrVersion, file.OpsetImport.Single().Version));
    }

    [TestMethod]
    public void TheDefaultsAreThoseOfTheDocumentation()
    {
        var options = new OnnxExportOptions();

        Assert.AreEqual(
            (ScalarType.Float32, 17, false, true),
            (options.FloatType, options.Opset, options.IncludesPreprocessing, options.GivesProbabilities));
    }

    [TestMethod]
    public void BatchNormsAreFoldedWhereTheyFollowAConvolution()
    {
        using var resNet = Backbones.ResNet18.Build();
        using var denseNet = (Backbones.DenseNetBC100_12Cifar with { Depths = [2] }).Build();

        Assert.DoesNotContain("BatchNormalization", Operators(resNet));
        // Of two layers of two norms each the first sees joined maps, the second a convolution; one follows the block.
        Assert.AreEqual(3, Operators(denseNet).Count(op => op == "BatchNormalization"));
    }

    [TestMethod]
    public void TheNetworkStaysAsItIs()
    {
        using var scope = NewDisposeScope();
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        var before = network.NamedState().Select(entry => entry.Tensor.clone()).ToArray();
        var random = get_rng_state();

        OnnxExport.Save(network, FilePath);

        Assert.IsTrue(network.training);
        foreach (var ((key, now), old) in network.NamedState().Zip(before))
            Assert.IsTrue(now.equal(old).all().item<bool>(), key);
        Assert.IsTrue(random.equal(get_rng_state()).all().item<bool>(), "torch's generator was used");
    }

    [TestMethod]
    public void AValueTooLargeForFloat16IsRefusedAndTheOldFileStays()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        using (no_grad())
            network.Head.Weights.Bias[3] = 70_000;
        File.WriteAllText(FilePath, "the old file");

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => OnnxExport.Save(network, FilePath, new() { FloatType = ScalarType.Float16 }));

        StringAssert.Contains(error.Message, "'linear.bias' holds 70000, which is beyond Float16's largest value");
        Assert.AreEqual("the old file", File.ReadAllText(FilePath));
    }

    [TestMethod]
    public void WhatCannotWorkIsSaidBeforeAnyWork()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        using var xception = Backbones.Xception.Build();
        Directory.CreateDirectory(_folder.File("folder.onnx"));
        using var gray = new ImageClassifierNetwork(Backbones.ResNet20Cifar with { InputChannels = 1 }, 10);

        Refused<ArgumentException>("FloatType is BFloat16, but must be Float32 or Float16", new() { FloatType = ScalarType.BFloat16 });
        Refused<ArgumentException>("Opset is 12, but must be from 13 to 26", new() { Opset = 12 });
        Refused<ArgumentException>("Opset is 27, but must be from 13 to 26", new() { Opset = 27 });
        Refused<ArgumentException>("does not end in '.onnx'", path: "model.pth");
        Refused<DirectoryNotFoundException>("Make it, or choose another path", path: "nowhere/model.onnx");
        Refused<IOException>("it is a folder", path: "folder.onnx");
        Refused<ArgumentException>("2 class names are given, but the network has 10 classes", classNames: ["a", "b"]);
        Assert.Contains("3 channels and 'resnet20_cifar' takes 1", Assert.ThrowsExactly<ArgumentException>(
            () => OnnxExport.Save(gray, FilePath, new() { IncludesPreprocessing = true }, preprocessing: new())).Message);
        Assert.Contains("the smallest that work are 7×7", Assert.ThrowsExactly<ArgumentException>(
            () => OnnxExport.Save(xception, FilePath, preprocessing: new Preprocessing().WithImageSize(6))).Message);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));

        void Refused<T>(string message, OnnxExportOptions? options = null, string path = "model.onnx", string[]? classNames = null)
            where T : Exception
        {
            var error = Assert.ThrowsExactly<T>(() => OnnxExport.Save(network, _folder.File(path), options, classNames));
            StringAssert.Contains(error.Message, message);
        }
    }

    private IEnumerable<string> Operators(Backbone backbone)
    {
        OnnxExport.Save(backbone, FilePath);
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(FilePath)).Graph.Node.Select(node => node.OpType);
    }
}
