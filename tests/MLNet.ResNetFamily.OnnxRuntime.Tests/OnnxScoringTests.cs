using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>ONNX Runtime scores what libtorch scores.</summary>
[TestClass]
public sealed class OnnxScoringTests
{
    private const float Tolerance = 1e-5f;

    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    // One backbone of each family; every row of the catalog runs in ONNX Runtime among the tests of the export.
    public static IEnumerable<object[]> Families =>
        Backbones.All.GroupBy(spec => spec.Family).Select(family => new object[] { family.MinBy(spec => spec.FeatureCount)!.Name });

    public static IEnumerable<object[]> All => Backbones.All.Select(spec => new object[] { spec.Name });

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void TheFasterEngineIsTakenForATrainedModelAndForALoadedOne()
    {
        var data = TinyClassifier.Planes(_mlContext, 9);
        using var trained = TinyClassifier.Train(_mlContext, TinyClassifier.Options with { Epochs = 1 });
        using var loaded = SaveAndLoad(trained);

        Assert.AreEqual(ScoringEngine.OnnxRuntime, EngineOf(trained, data));
        Assert.AreEqual(ScoringEngine.OnnxRuntime, EngineOf(loaded, data));
    }

    [TestMethod]
    [DataRow(ScoringEngine.Libtorch, Precision.Float32, ScoringEngine.Libtorch)]
    [DataRow(ScoringEngine.Auto, Precision.BFloat16, ScoringEngine.Libtorch)]
    [DataRow(ScoringEngine.OnnxRuntime, Precision.Auto, ScoringEngine.OnnxRuntime)]
    public void AnEngineThatIsAskedForIsTaken(ScoringEngine wanted, Precision precision, ScoringEngine taken)
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { Engine = wanted, Precision = precision };

        Assert.AreEqual(taken, EngineOf(model, TinyClassifier.Planes(_mlContext, 2)));
    }

    [TestMethod]
    [DataRow(1, 1, TestTimeAugmentation.None)]
    [DataRow(4, 2, TestTimeAugmentation.None)]
    [DataRow(4, null, TestTimeAugmentation.Flip)]
    [DataRow(3, 1, TestTimeAugmentation.FiveCrops)]
    public void BatchesThreadsAndViewsGiveTheSameScores(int batchSize, int? threads, TestTimeAugmentation views)
    {
        var data = TinyClassifier.Planes(_mlContext, 10);
        using var model = TinyClassifier.Trained(_mlContext);
        var scoring = new ScoringOptions { BatchSize = batchSize, Threads = threads, TestTimeAugmentation = views, TopK = 2 };

        AssertClose(
            Scores(model.Transform(data, scoring with { Engine = ScoringEngine.Libtorch })),
            Scores(model.Transform(data, scoring with { Engine = ScoringEngine.OnnxRuntime })));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void OtherChannelsGiveTheSameScores(int channels)
    {
        var planes = SchemaDefinition.Create(typeof(PlanesRow));
        planes[nameof(PlanesRow.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, channels, 16, 16);
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, 9).Select(row => new PlanesRow(row, channels * 16 * 16)), planes));
        using var model = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with
        {
            Backbone = TinyClassifier.Backbone with { InputChannels = channels }, Epochs = 1,
        }).Fit(data);

        AssertClose(
            Scores(model.Transform(data, model.Scoring with { Engine = ScoringEngine.Libtorch })),
            Scores(model.Transform(data, model.Scoring with { Engine = ScoringEngine.OnnxRuntime })));
    }

    [TestMethod]
    public void ManyThreadsMayScoreAtOnce()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        var data = TinyClassifier.Planes(_mlContext, 6);
        var expected = Scores(model.Transform(data));

        Parallel.For(0, 8, _ => CollectionAssert.AreEqual(expected, Scores(model.Transform(data))));
    }

    [TestMethod]
    public void APredictionEngineGivesWhatATransformGives()
    {
        var row = TestImages.Planes([4]).Single();
        using var model = TinyClassifier.Trained(_mlContext);
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable([row]));
        var mapper = model.GetRowToRowMapper(data.Schema);

        using var cursor = data.GetRowCursor(data.Schema);
        Assert.IsTrue(cursor.MoveNext());
        using var scored = mapper.GetRow(cursor, mapper.OutputSchema);
        VBuffer<float> scores = default;
        scored.GetGetter<VBuffer<float>>(mapper.OutputSchema["Score"])(ref scores);

        AssertClose(Scores(model.Transform(data)), scores.DenseValues().ToArray());
    }

    [TestMethod]
    public void ABadImageIsSkippedOrThrown()
    {
        File.WriteAllText(_folder.File("broken.jpg"), "no image");
        var data = _mlContext.Data.LoadFromEnumerable([new { Image = _folder.File("broken.jpg"), Label = "blue" }]);
        using var model = TinyClassifier.Trained(_mlContext);

        model.Scoring = new() { OnBadImage = OnBadImage.Skip };
        Assert.IsTrue(Scores(model.Transform(data)).All(float.IsNaN));
        model.Scoring = new() { OnBadImage = OnBadImage.Throw };
        var error = Assert.Throws<InvalidDataException>(() => Scores(model.Transform(data)));
        StringAssert.Contains(error.Message, "broken.jpg");
    }

    [TestMethod]
    [DynamicData(nameof(Families))]
    public void ASavedGraphGivesWhatTheNetworkGives(string name)
    {
        const int Side = 64;
        var spec = Backbones.Named(name);
        var size = Math.Max(spec.MinimumImageSize, spec.Preprocessing.ImageSize > Side ? Side : spec.Preprocessing.ImageSize);
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(3));
        using var network = _mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            Backbone = spec, ImageSize = size, Scoring = new() { Engine = ScoringEngine.Libtorch, Threads = 2 },
        }).Fit(data);
        _mlContext.Model.Save(network, data.Schema, _folder.File("model.zip"));
        using var loaded = (ImageFeaturizerTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);
        loaded.Scoring = new() { Engine = ScoringEngine.OnnxRuntime, Threads = 2 };

        var expected = network.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row).ToArray();
        var found = loaded.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row).ToArray();

        var largest = expected.Max(Math.Abs);
        Assert.IsGreaterThan(0, largest);
        Assert.IsLessThan(1e-4 * largest, expected.Zip(found, (right, feature) => Math.Abs(right - feature)).Max());
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public void EveryBackboneCanBeSavedWithItsGraph(string name)
    {
        var spec = Backbones.Named(name);
        using var network = Initialization.LeaveOut(() => new ImageClassifierNetwork(spec, 7));
        network.eval();
        var model = OnnxModel.Of(network, spec.Preprocessing, classNames: null);

        var skeleton = new OnnxSkeleton(model.Skeleton());

        // Everything that is learned is in it, but for what only training needs.
        var left = model.NamedState.Where(state => !skeleton.Needs(state.Key)).Select(state => state.Key);
        Assert.IsEmpty(left.Where(key => !key.EndsWith("num_batches_tracked", StringComparison.Ordinal)
            && !AuxiliaryClassifier.IsKey(key)));
    }

    private ImageClassifierTransformer SaveAndLoad(ImageClassifierTransformer model)
    {
        _mlContext.Model.Save(model, TinyClassifier.Planes(_mlContext, 1).Schema, _folder.File("model.zip"));
        return (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);
    }

    private static ScoringEngine EngineOf(ImageClassifierTransformer model, IDataView data)
    {
        Assert.IsNotEmpty(Scores(model.Transform(data)));
        return model.EngineInUse!.Value;
    }

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], Tolerance);
    }

    private sealed class PlanesRow(int row, int length)
    {
        public float[] Image { get; } = [.. Enumerable.Range(0, length).Select(i => (float)((i * (3 + row) + row * 40) % 256))];

        public string Label { get; } = $"{row % 3}";
    }
}
