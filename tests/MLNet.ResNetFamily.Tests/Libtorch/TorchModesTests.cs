using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Libtorch;

/// <summary>The caller's modes, defaults, scopes and threads neither disturb the library nor are they changed by it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TorchModesTests
{
    private static readonly Dictionary<string, Func<IDisposable>> Callers = new()
    {
        ["inference_mode"] = () => inference_mode(),
        ["no_grad"] = () => no_grad(),
        ["a dispose scope"] = NewDisposeScope,
        ["default dtype"] = () => new Undo(() => set_default_dtype(ScalarType.Float64), () => set_default_dtype(ScalarType.Float32)),
        ["default device"] = () => new Undo(() => set_default_device(META), () => set_default_device(CPU)),
        ["threads"] = () => new Undo(() => set_num_threads(3), () => set_num_threads(1)),
    };

    public static IEnumerable<object[]> Names => Callers.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AModelIsTrainedSavedLoadedScoredAndExplainedInsideOfThem(string name)
    {
        var mlContext = new MLContext();
        var data = TinyClassifier.Planes(mlContext, 12);
        var options = TinyClassifier.Options with { Epochs = 1 };
        using var folder = new TemporaryFolder();
        using var expected = mlContext.Transforms.ImageClassifier(options).Fit(data);
        ImageClassifierTransformer trained;
        ITransformer loaded;
        float[] scores;
        Explanation explanation;

        using (Callers[name]())
        {
            var before = State();
            trained = mlContext.Transforms.ImageClassifier(options).Fit(data);
            mlContext.Model.Save(trained, data.Schema, folder.File("model.zip"));
            loaded = mlContext.Model.Load(folder.File("model.zip"), out _);
            scores = Scores(loaded, data);
            explanation = trained.Explain(TestImages.Image(1));
            mlContext.Transforms.ImageClassifier(options).FindLearningRate(data, 10);
            using var featurizer = mlContext.Transforms
                .ImageFeaturizer(new ImageFeaturizerEstimator.Options { Backbone = TinyClassifier.Backbone }).Fit(data);
            Assert.HasCount(12, featurizer.Transform(data).GetColumn<float[]>("Features").ToList());
            Assert.IsGreaterThan(0, NetworkSummary.Of(TinyClassifier.Backbone, TestImages.Size, 3).Parameters);
            Assert.AreEqual(before, State());
        }

        using (trained)
        using ((IDisposable)loaded)
        {
            CollectionAssert.AreEqual(Scores(expected, data), scores);
            CollectionAssert.AreEqual(Scores(expected, data), Scores(trained, data));
            CollectionAssert.AreEqual(Scores(expected, data), Scores(loaded, data));
            Assert.AreEqual(expected.Explain(TestImages.Image(1)).Label, explanation.Label);
        }
    }

    [TestMethod]
    public void FeaturesOfAnotherShapeAreRefusedInWords()
    {
        using var head = new ClassifierHead(8, 3);
        using var features = zeros(2, 7);

        var error = Assert.ThrowsExactly<ArgumentException>(() => head.call(features));

        StringAssert.Contains(error.Message, "[2, 7]");
        StringAssert.Contains(error.Message, "[N, 8]");
    }

    private static object State() => (is_grad_enabled(), is_inference_mode_enabled(), get_default_dtype(), get_default_device().type);

    private static float[] Scores(ITransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)];

    private sealed class Undo : IDisposable
    {
        private readonly Action _undo;

        public Undo(Action act, Action undo)
        {
            act();
            _undo = undo;
        }

        public void Dispose() => _undo();
    }
}
