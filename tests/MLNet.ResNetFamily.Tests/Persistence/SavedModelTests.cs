using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class SavedModelTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> AllBackbones => Backbones.All.Select(backbone => new object[] { backbone.Name });

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void ALoadedModelGivesTheSameScoresToTheBit()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 12)));
        using var trained = TinyClassifier.Train(_mlContext, TinyClassifier.Options with { Epochs = 1 });

        using var loaded = (ImageClassifierTransformer)SaveAndLoad(trained, data.Schema);

        CollectionAssert.AreEqual(Column(trained, data, "Score"), Column(loaded, data, "Score"));
        CollectionAssert.AreEqual(trained.ClassNames.ToArray(), loaded.ClassNames.ToArray());
        Assert.AreEqual(trained.Preprocessing, loaded.Preprocessing);
    }

    [TestMethod]
    public void AnotherProcessThatNeverCallsTheLibraryGetsTheSameScoresToTheBit()
    {
        var files = TestImages.Files(_folder.File("images"), 6);
        var keyed = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(files));
        using var trained = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1, Scoring = new() }).Fit(keyed);
        var model = Save(trained, keyed.Schema);

        var printed = BuiltProgram.Lines("LoadInAnotherProcess", [model, "Score", .. files.Select(file => file.Image)]);

        CollectionAssert.AreEqual(Bits(Column(trained, keyed, "Score"), 3), printed);
    }

    [TestMethod]
    public void AChainIsLoadedWithItsOtherSteps()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 12)));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1 }))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Guess", "PredictedLabel"));
        using var trained = pipeline.Fit(data);

        var loaded = SaveAndLoad(trained, data.Schema);

        var guesses = loaded.Transform(data).GetColumn<string>("Guess").ToArray();
        CollectionAssert.AreEqual(trained.Transform(data).GetColumn<string>("Guess").ToArray(), guesses);
        CollectionAssert.IsSubsetOf(guesses.Distinct().ToArray(), TestImages.ClassNames);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void AFeaturizerGivesTheSameFeaturesToTheBit()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 5)));
        using var featurizer = _mlContext.Transforms.ImageFeaturizer(backbone: TinyClassifier.Backbone).Fit(data);

        using var loaded = (ImageFeaturizerTransformer)SaveAndLoad(featurizer, data.Schema);

        CollectionAssert.AreEqual(Column(featurizer, data, "Features"), Column(loaded, data, "Features"));
    }

    [TestMethod]
    public void ScoringOptionsThatDoNotDependOnTheMachineAreKept()
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        trained.Scoring = new() { BatchSize = 5, OnBadImage = OnBadImage.Skip, MaxPixels = 1234, Threads = 3 };

        using var loaded = (ImageClassifierTransformer)SaveAndLoad(
            trained, _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])).Schema);

        Assert.AreEqual(new ScoringOptions { BatchSize = 5, OnBadImage = OnBadImage.Skip, MaxPixels = 1234 }, loaded.Scoring);
    }

    [TestMethod]
    [DynamicData(nameof(AllBackbones))]
    public void EveryBackboneSpecComesBack(string name)
    {
        var spec = Backbones.Named(name);

        var read = RoundTrip(spec);

        AssertSame(spec, read);
    }

    [TestMethod]
    public void AVariantOfABackboneComesBack()
    {
        var spec = TinyClassifier.Backbone with
        {
            Name = "mine",
            Block = BlockKind.Bottleneck,
            Groups = 2,
            GroupWidth = 32,
            Preprocessing = new() { ImageSize = 40, ResizeSize = 44, Mean = [0.1f, 0.2f, 0.3f], Interpolation = Interpolation.Bicubic },
        };

        var read = RoundTrip(spec);

        AssertSame(spec, read);
    }

    [TestMethod]
    public void ANewerFormatIsRefusedWithBothNumbers()
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        var path = Save(trained, _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])).Schema);
        ChangeStream(path, bytes => ReplaceInHeader(bytes, "\"format\":4,", "\"format\":7,"));

        var error = Assert.Throws<Exception>(() => _mlContext.Model.Load(path, out _)).GetBaseException();

        Assert.IsInstanceOfType<InvalidDataException>(error);
        StringAssert.Contains(error.Message, "format 7");
        StringAssert.Contains(error.Message, "formats up to 6");
    }

    [TestMethod]
    [DataRow(false, 4)]
    [DataRow(true, 5)]
    public void OnlyAModelThatSetsImagesUprightNeedsFormat5(bool isUpright, int format)
    {
        using var trained = TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { Epochs = 1, AppliesExifOrientation = isUpright });
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0]));
        var path = Save(trained, data.Schema);

        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(path, out _);

        Assert.AreEqual(isUpright, loaded.Preprocessing.AppliesExifOrientation);
        ChangeStream(path, bytes => ReplaceInHeader(bytes, $"\"format\":{format},", $"\"format\":{format},"));
    }

    [TestMethod]
    public void AModelOfFormat1IsReadAndHasNoHistory()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Persistence", "format1.zip");

        using var loaded = SavedClassifier.Load(path);

        Assert.IsNull(loaded.History);
        CollectionAssert.AreEqual(new[] { "left", "right" }, loaded.ClassNames.ToArray());
    }

    // A resnet20_cifar with two classes whose weights are all zero, and whose classifier's biases are 0 and ln 3, written before there was
    // a format 2.
    [TestMethod]
    public void AFileThatWasWrittenInFormat1StillScores()
    {
        var files = TestImages.Files(_folder.File("images"), 2);
        var paths = _mlContext.Data.LoadFromEnumerable(files.Select(file => new { ImagePath = file.Image, Label = "left" }));

        var model = _mlContext.Model.Load(Path.Combine(AppContext.BaseDirectory, "Persistence", "format1.zip"), out _);

        var scored = model.Transform(paths);
        foreach (var scores in Column(model, paths, "Score").Chunk(2))
        {
            Assert.AreEqual(0.25f, scores[0], 1e-6f);
            Assert.AreEqual(0.75f, scores[1], 1e-6f);
        }
        CollectionAssert.AreEqual(new[] { "right", "right" }, scored.GetColumn<string>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void TheHistoryComesBackWithoutItsTimes()
    {
        var data = TinyClassifier.Planes(_mlContext, 12);
        using var trained = TinyClassifier.Train(_mlContext, TinyClassifier.Options with { Epochs = 2, ValidationSet = data }, 12);

        using var loaded = (ImageClassifierTransformer)SaveAndLoad(trained, data.Schema);

        var (expected, found) = (trained.History!, loaded.History!);
        CollectionAssert.AreEqual(
            expected.Epochs.Select(epoch => epoch with { Seconds = double.NaN, ImagesPerSecond = double.NaN, BadImages = [] }).ToArray(),
            found.Epochs.Select(epoch => epoch with { BadImages = [] }).ToArray());
        Assert.AreEqual((expected.BestEpoch, expected.ModelEpoch), (found.BestEpoch, found.ModelEpoch));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(200)]
    [DataRow(3000)]
    public void AModelThatIsCutOffIsRefused(int length)
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        var path = Save(trained, _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])).Schema);
        ChangeStream(path, bytes => bytes[..length]);

        var error = Assert.Throws<Exception>(() => _mlContext.Model.Load(path, out _)).GetBaseException();

        Assert.IsInstanceOfType<InvalidDataException>(error);
        StringAssert.Contains(error.Message, "saved model");
    }

    [TestMethod]
    public void AHeaderWithAnUnknownSpecIsRefused()
    {
        using var trained = TinyClassifier.Trained(_mlContext);
        var path = Save(trained, _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0])).Schema);
        ChangeStream(path, bytes => ReplaceInHeader(bytes, "\"kind\":\"ResNet\"", "\"kind\":\"NetRes\""));

        var error = Assert.Throws<Exception>(() => _mlContext.Model.Load(path, out _)).GetBaseException();

        StringAssert.Contains(error.ToString(), "NetRes");
    }

    private static void AssertSame(BackboneSpec expected, BackboneSpec found)
    {
        Assert.AreEqual(expected.GetType(), found.GetType());
        foreach (var property in expected.GetType().GetProperties())
        {
            var (wanted, read) = (property.GetValue(expected), property.GetValue(found));
            if (wanted is System.Collections.ICollection list)
                CollectionAssert.AreEqual(list, (System.Collections.ICollection)read!, property.Name);
            else
                Assert.AreEqual(wanted, read, property.Name);
        }
    }

    public static IEnumerable<object[]> BrokenStages =>
    [
        [new StageOutput[] { }],
        [new StageOutput[] { new("Maps", "layer1", [8, 0, 4]) }],
        [new StageOutput[] { new("Maps", "layer1", [8, 4]) }],
        [new StageOutput[] { new(null!, "layer1", [8]) }],
    ];

    [TestMethod]
    [DynamicData(nameof(BrokenStages))]
    public void StagesThatCannotBeAreRefused(object stages)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        SavedModel.Write(writer, Header(TinyClassifier.Backbone) with { Stages = (StageOutput[])stages }, []);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => SavedModel.ReadHeader<FeaturizerHeader>(reader));

        StringAssert.Contains(error.Message, "its stages must each have a name and a shape of one or three sides above 0");
    }

    private static BackboneSpec RoundTrip(BackboneSpec spec)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        SavedModel.Write(writer, Header(spec), []);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return SavedModel.ReadHeader<FeaturizerHeader>(reader).Backbone;
    }

    private static FeaturizerHeader Header(BackboneSpec spec) => new()
    {
        Backbone = spec,
        Preprocessing = spec.Preprocessing,
        ImageColumnName = "Image",
        OutputColumnName = "Features",
        BatchSize = 32,
        OnBadImage = OnBadImage.Throw,
        MaxPixels = 1,
    };

    private static float[] Column(ITransformer model, IDataView data, string name) =>
        [.. model.Transform(data).GetColumn<float[]>(name).SelectMany(values => values)];

    private static string[] Bits(float[] values, int perLine) =>
        [.. values.Chunk(perLine)
            .Select(line => string.Join(' ', line.Select(value => BitConverter.SingleToUInt32Bits(value).ToString("x8"))))];

    private static byte[] ReplaceInHeader(byte[] stream, string old, string changed)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(stream);
        var header = Encoding.UTF8.GetString(stream, 4, length);
        StringAssert.Contains(header, old);
        var replaced = Encoding.UTF8.GetBytes(header.Replace(old, changed, StringComparison.Ordinal));
        return [.. BitConverter.GetBytes(replaced.Length), .. replaced, .. stream[(4 + length)..]];
    }

    private static void ChangeStream(string path, Func<byte[], byte[]> change)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Update);
        var entry = archive.Entries.Single(e => e.Name == ImageClassifierTransformer.StreamName);
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var changed = change(copy.ToArray());
        stream.SetLength(0);
        stream.Write(changed);
    }

    private string Save(ITransformer model, DataViewSchema schema)
    {
        var path = _folder.File("model.zip");
        _mlContext.Model.Save(model, schema, path);
        return path;
    }

    private ITransformer SaveAndLoad(ITransformer model, DataViewSchema schema) => new MLContext().Model.Load(Save(model, schema), out _);
}
