using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Tests.Onnx;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Gray images and images of many planes, on every way that color images take.</summary>
[TestClass]
public sealed class ImageChannelsTests
{
    private const int Size = TestImages.Size;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void AGrayNetworkSeesTheSameWhicheverWayImagesCome()
    {
        var files = _mlContext.Data.LoadFromEnumerable(TestImages.Files(_folder.File("images"), 12));
        var pipeline = _mlContext.Transforms.LoadImages("Loaded", null, "Image")
            .Append(_mlContext.Transforms.LoadRawImageBytes("Bytes", null, "Image"))
            .Append(_mlContext.Transforms.ResizeImages("Sized", Size, Size, "Loaded"))
            .Append(_mlContext.Transforms.ExtractPixels("Planes", "Sized"))
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label"));
        var data = pipeline.Fit(files).Transform(files);

        var scores = new[] { "Image", "Loaded", "Bytes", "Planes" }.Select(column =>
        {
            using var model = Train(1, data, column);
            return Scores(model, data);
        }).ToList();

        foreach (var other in scores.Skip(1))
            CollectionAssert.AreEqual(scores[0], other);
    }

    [TestMethod]
    public void AGrayPlaneIsTheGrayOfThreeEqualOnes()
    {
        var colors = Rows(3, 12, repeated: true);
        var gray = Rows(1, 12);
        using var model = Train(1, gray);

        var ofGray = Scores(model, gray);
        var ofColors = Scores(model, colors);

        CollectionAssert.AreEqual(ofGray, ofColors);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(16)]
    public void ANetworkOfAnyChannelsIsTrainedSavedAndExported(int channels)
    {
        var data = Rows(channels, 24);
        using var trained = Train(channels, data, epochs: 3);
        _mlContext.Model.Save(trained, data.Schema, _folder.File("model.zip"));
        trained.SaveAsOnnx(_folder.File("model.onnx"));
        trained.SaveAsOnnx(_folder.File("pixels.onnx"), new() { IncludesPreprocessing = true });

        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);
        using var session = new OnnxSession(_folder.File("model.onnx"));

        var scores = Scores(trained, data);
        CollectionAssert.AreEqual(scores, Scores(loaded, data));
        Assert.AreEqual((channels, channels), (loaded.Backbone.InputChannels, loaded.Preprocessing.Mean.Count));
        Assert.IsGreaterThan(1e-4f, scores.Take(3).Zip(scores.Skip(3)).Max(pair => Math.Abs(pair.First - pair.Second)));
        using var scope = NewDisposeScope();
        var planes = tensor(Planes(0, channels), [1, channels, Size, Size]) / 255;
        var mean = tensor([.. loaded.Preprocessing.Mean], [channels, 1, 1]);
        var std = tensor([.. loaded.Preprocessing.Std], [channels, 1, 1]);
        foreach (var (expected, found) in scores.Zip(session.Run((planes - mean) / std).data<float>()))
            Assert.AreEqual(expected, found, 1e-4f);
    }

    [TestMethod]
    [DataRow(TestTimeAugmentation.Flip)]
    [DataRow(TestTimeAugmentation.FiveCrops)]
    public void ViewsOfAnImageThatIsItsOwnMirrorImageAgree(TestTimeAugmentation views)
    {
        var data = Rows(5, 6, symmetric: true);
        using var model = Train(5, data);

        var plain = Scores(model, data);
        model.Scoring = model.Scoring with { TestTimeAugmentation = views };

        foreach (var (expected, found) in plain.Zip(Scores(model, data)))
            Assert.AreEqual(expected, found, 1e-5f);
    }

    [TestMethod]
    public void FeaturesOfManyChannelsHaveTheBackbonesWidth()
    {
        var backbone = TinyClassifier.Backbone with { InputChannels = 6 };
        var data = Rows(6, 4);
        using var featurizer = _mlContext.Transforms.ImageFeaturizer(backbone: backbone).Fit(data);

        var features = featurizer.Transform(data).GetColumn<float[]>("Features").ToList();

        Assert.IsTrue(features.All(row => row.Length == backbone.FeatureCount));
        CollectionAssert.AreNotEqual(features[0], features[1]);
    }

    [TestMethod]
    public void AllChannelsVaryAlike()
    {
        var preprocessing = new Preprocessing().WithImageSize(16).WithChannels(6);
        var options = new AugmentationOptions { FlipProbability = 0.5, Rotation = 30, ErasingProbability = 1 };
        var three = TestImages.Planes(0);
        using var image = ImageDecoder.FromPlanes((float[])[.. three, .. three], Size, Size, "row 1", channels: 6);

        for (var seed = 0; seed < 10; seed++)
        {
            using var varied = new Augmentation(preprocessing, options).Vary(image, new Random(seed));

            Assert.AreEqual(6, varied.ChannelCount);
            CollectionAssert.AreEqual(varied.PixelSpan.ToArray(), varied.Rest!.PixelSpan.ToArray());
            CollectionAssert.AreNotEqual(image.PixelSpan.ToArray(), varied.PixelSpan.ToArray());
        }
    }

    [TestMethod]
    public void WeightsOfColorsStartAGrayTraining()
    {
        var lines = new List<string>();
        _mlContext.Log += (_, line) => lines.Add(line.Message);
        using (var colors = new ImageClassifierNetwork(TinyClassifier.Backbone, 3))
            WeightExport.Save(colors, _folder.File("colors.safetensors"));

        using var model = Train(1, Rows(1, 12), weights: _folder.File("colors.safetensors"));

        Assert.IsTrue(lines.Any(line => line.Contains("'conv1.weight' is adapted from 3 to 1 channels")));
        Assert.AreEqual(0.299f * 0.485f + 0.587f * 0.456f + 0.114f * 0.406f, model.Preprocessing.Mean.Single(), 1e-6f);
    }

    [TestMethod]
    public void AModelOfOtherChannelsIsNoStart()
    {
        var data = Rows(1, 12);
        using (var gray = Train(1, data))
            _mlContext.Model.Save(gray, data.Schema, _folder.File("gray.zip"));

        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(4, Rows(4, 12), weights: _folder.File("gray.zip")));

        Assert.Contains("are of a model that takes images of 1 channels, but option 'Backbone' takes 4", error.Message);
    }

    [TestMethod]
    [DataRow(4, "a vector of Single with the fixed size 4·H·W (planes from 0 to 255) for a network of 4 channels")]
    [DataRow(1, "H·W (a plane of gray from 0 to 255) or 3·H·W")]
    public void AColumnOfOtherChannelsIsRefused(int channels, string needed)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(channels, Rows(5, 12)));

        Assert.Contains("Column 'Image' has the type Vector<Single, 5, 16, 16>", error.Message);
        Assert.Contains(needed, error.Message);
    }

    [TestMethod]
    public void FilesHaveNoFourChannels()
    {
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(TestImages.Files(_folder.File("images"), 6)));

        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(4, data));

        Assert.Contains("Column 'Image' has the type String, but an image column must be a vector of Single", error.Message);
    }

    [TestMethod]
    public void ANetworkOfFourChannelsExplainsNoFile()
    {
        using var model = Train(4, Rows(4, 12));
        var path = TestImages.Files(_folder.File("images"), 1)[0].Image;

        var error = Assert.ThrowsExactly<InvalidDataException>(() => model.Explain(path));

        Assert.AreEqual(
            $"'{path}': the image has 3 channels, but the network takes 4. Give it a vector of 4 planes.", error.Message);
    }

    [TestMethod]
    public void AGrayImageIsExplained()
    {
        using var model = Train(1, Rows(1, 12));
        var path = TestImages.Files(_folder.File("images"), 1)[0].Image;

        var explanation = model.Explain(path);

        Assert.IsInRange(0f, 1f, explanation.Probability);
        using var overlay = explanation.ToOverlay();
        Assert.AreEqual((Size, Size), (overlay.Width, overlay.Height));
    }

    private ImageClassifierTransformer Train(
        int channels, IDataView data, string column = "Image", int epochs = 1, string? weights = null) =>
        _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with
        {
            Backbone = TinyClassifier.Backbone with { InputChannels = channels },
            Epochs = epochs,
            ImageColumnName = column,
            Weights = weights,
            Seed = 1,
        }).Fit(data);

    private static List<float> Scores(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private IDataView Rows(int channels, int count, bool repeated = false, bool symmetric = false)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, channels, Size, Size);
        var rows = Enumerable.Range(0, count).Select(i => new Row
        {
            Image = repeated ? [.. Enumerable.Repeat(Planes(i, 1), channels).SelectMany(plane => plane)] : Planes(i, channels, symmetric),
            Label = TestImages.LabelOf(i),
        });
        return TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows, schema));
    }

    /// <summary>Stripes of a width and brightness that depend on the class, shifted in each channel.</summary>
    private static float[] Planes(int image, int channels, bool symmetric = false) =>
    [
        .. Enumerable.Range(0, channels * Size * Size).Select(i =>
        {
            var (channel, y, x) = (i / (Size * Size), i / Size % Size, i % Size);
            x = symmetric ? Math.Min(x, Size - 1 - x) : x;
            return (float)((x + channel) / (1 + image % 3) % 2 * (60 + image % 3 * 60) + y + image);
        }),
    ];

    private sealed class Row
    {
        public float[] Image { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
