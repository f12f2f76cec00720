using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class TrainerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void SeparableClassesAreLearned()
    {
        var data = Data(count: 300, seed: 1);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.01f));
        var model = pipeline.Fit(data);

        var metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(Data(count: 150, seed: 2)));

        Assert.IsTrue(metrics.MicroAccuracy > 0.97, $"accuracy {metrics.MicroAccuracy}");
        Assert.IsTrue(metrics.LogLoss < 0.15, $"log loss {metrics.LogLoss}");
    }

    [TestMethod]
    public void AnUnpenalisedBiasLearnsTheShares()
    {
        // Without a feature that tells classes apart the best probabilities are the classes' shares.
        var rows = Enumerable.Range(0, 100).Select(i => new Row { Name = i < 70 ? "often" : i < 90 ? "seldom" : "rare", Features = [0, 0] });
        var data = _mlContext.Data.LoadFromEnumerable(rows.ToArray());
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());

        var scores = pipeline.Fit(data).Transform(data).GetColumn<float[]>("Score").First();

        Assert.AreEqual(0.7f, scores[0], 0.005f);
        Assert.AreEqual(0.2f, scores[1], 0.005f);
        Assert.AreEqual(0.1f, scores[2], 0.005f);
    }

    [TestMethod]
    public void AStrongL1PenaltySetsWeightsToZero()
    {
        var data = _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name)).Fit(Data(300, 1)).Transform(Data(300, 1));
        VBuffer<float>[] weights = [];

        var model = _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 10_000).Fit(data).Model;
        model.GetWeights(ref weights, out var classCount);

        Assert.AreEqual(3, classCount);
        Assert.IsTrue(weights.All(row => row.DenseValues().All(weight => weight == 0)));
    }

    [TestMethod]
    public void ScoresAreProbabilitiesAndTheLabelIsTheHighest()
    {
        var data = Data(count: 60, seed: 3);
        var model = Train(data);

        foreach (var prediction in _mlContext.Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: false))
        {
            Assert.AreEqual(1f, prediction.Score.Sum(), 1e-5f);
            Assert.AreEqual(prediction.Score.Max(), prediction.Score[prediction.PredictedLabel - 1]);
        }
    }

    [TestMethod]
    public void TheColumnsSayWhatTheyAre()
    {
        var data = Data(count: 60, seed: 3);
        var schema = Train(data).Transform(data).Schema;
        VBuffer<ReadOnlyMemory<char>> slots = default;
        VBuffer<ReadOnlyMemory<char>> keys = default;
        ReadOnlyMemory<char> kind = default;

        schema["Score"].GetSlotNames(ref slots);
        schema["PredictedLabel"].GetKeyValues(ref keys);
        schema["Score"].Annotations.GetValue("ScoreColumnKind", ref kind);

        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, slots.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, keys.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual("MulticlassClassification", kind.ToString());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        CollectionAssert.AreEqual(
            new[] { "Name", "Features", "Label", "PredictedLabel", "Score" }, schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void ATrainedModelIsSavedAndLoaded()
    {
        var data = Data(count: 60, seed: 3);
        var model = Train(data);
        using var file = new MemoryStream();
        _mlContext.Model.Save(model, data.Schema, file);
        file.Position = 0;

        var again = new MLContext().Model.Load(file, out _);

        var before = model.Transform(data).GetColumn<float[]>("Score").ToArray();
        var after = again.Transform(data).GetColumn<float[]>("Score").ToArray();
        for (var i = 0; i < before.Length; i++)
            CollectionAssert.AreEqual(before[i], after[i]);
        Assert.IsTrue(again.Transform(data).Schema["PredictedLabel"].HasKeyValues());
    }

    [TestMethod]
    public void OneRowIsScoredOnceForBothColumns()
    {
        var model = Train(Data(count: 60, seed: 3));
        var row = new CountingRow();
        using var engine = _mlContext.Model.CreatePredictionEngine<CountingRow, Prediction>(model);

        engine.Predict(row);

        Assert.AreEqual(1, row.Reads);
    }

    [TestMethod]
    public void ATextLabelIsRefusedBeforeTraining()
    {
        var trainer = _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(labelColumnName: nameof(Row.Name));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(Data(10, 1)));

        StringAssert.Contains(exception.Message, "Schema mismatch for label column 'Name': expected Key<UInt32>, got String");
    }

    [TestMethod]
    public void WithoutRowsThereIsNothingToTrainOn()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new Row { Name = "a", Features = [float.NaN, 1] }]);
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name)).Fit(data).Transform(data);

        var exception = Assert.ThrowsExactly<InvalidOperationException>(
            () => _mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(keys));

        StringAssert.Contains(exception.Message, "No valid training instances found");
    }

    [TestMethod]
    public void CrossValidationTrainsOnEachFold()
    {
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.01f));

        var results = _mlContext.MulticlassClassification.CrossValidate(Data(150, 1), pipeline, numberOfFolds: 3);

        Assert.AreEqual(3, results.Count);
        Assert.IsTrue(results.All(result => result.Metrics.MicroAccuracy > 0.9));
    }

    private ITransformer Train(IDataView data)
        => _mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(l2Regularization: 0.1f))
            .Fit(data);

    /// <summary>Three clouds of points around corners of a triangle.</summary>
    private IDataView Data(int count, int seed)
    {
        var random = new Random(seed);
        float Noise() => (float)(random.NextDouble() - random.NextDouble());
        var corners = new[] { (X: 0f, Y: 0f), (X: 4f, Y: 0f), (X: 0f, Y: 4f) };
        return _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count)
            .Select(i => new Row
            {
                Name = "abc"[i % 3].ToString(),
                Features = [corners[i % 3].X + Noise(), corners[i % 3].Y + Noise()],
            })
            .ToArray());
    }

    private sealed class Row
    {
        public string Name { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private sealed class CountingRow
    {
        [NoColumn]
        public int Reads { get; private set; }

        public string Name => "a";

        [VectorType(2)]
        public float[] Features
        {
            get
            {
                Reads++;
                return [1, 2];
            }
        }
    }

    private sealed class Prediction
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
