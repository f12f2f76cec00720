using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class EvaluationTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void MetricsAreThoseCountedByHand()
    {
        // Four rows of three classes: right, right, second, third.
        var metrics = _mlContext.MulticlassClassification.Evaluate(Scored(
            (0, [0.5f, 0.25f, 0.25f]),
            (0, [0.8f, 0.1f, 0.1f]),
            (1, [0.5f, 0.4f, 0.1f]),
            (2, [0.6f, 0.3f, 0.1f])));

        Assert.AreEqual(2.0 / 4, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual((1.0 + 0 + 0) / 3, metrics.MacroAccuracy, 1e-12);
        var losses = new[] { -Math.Log(0.5f), -Math.Log(0.8f), -Math.Log(0.4f), -Math.Log(0.1f) };
        Assert.AreEqual(losses.Average(), metrics.LogLoss, 1e-12);
        Assert.AreEqual((losses[0] + losses[1]) / 2, metrics.PerClassLogLoss[0], 1e-12);
        Assert.AreEqual(losses[3], metrics.PerClassLogLoss[2], 1e-12);
        var prior = -((0.5 * Math.Log(0.5)) + (2 * 0.25 * Math.Log(0.25)));
        Assert.AreEqual((prior - losses.Average()) / prior, metrics.LogLossReduction, 1e-12);
        Assert.AreEqual(0, metrics.TopKAccuracy);
        Assert.IsNull(metrics.TopKAccuracyForAllK);
    }

    [TestMethod]
    public void MoreRanksThanClassesAndOneAreNotChecked() =>
        Assert.ThrowsExactly<IndexOutOfRangeException>(
            () => _mlContext.MulticlassClassification.Evaluate(Scored((0, [0.5f, 0.3f, 0.2f])), topKPredictionCount: 5));

    [TestMethod]
    public void TopKCountsRanks()
    {
        var metrics = _mlContext.MulticlassClassification.Evaluate(
            Scored((0, [0.5f, 0.3f, 0.2f]), (1, [0.5f, 0.4f, 0.1f]), (2, [0.6f, 0.3f, 0.1f]), (1, [0.2f, 0.7f, 0.1f])), topKPredictionCount: 2);

        Assert.AreEqual(0.75, metrics.TopKAccuracy, 1e-12);
        CollectionAssert.AreEqual(new[] { 0.5, 0.75 }, metrics.TopKAccuracyForAllK.ToArray());
        Assert.AreEqual(2, metrics.TopKPredictionCount);
    }

    [TestMethod]
    public void OfEqualScoresTheFirstWins()
    {
        var metrics = _mlContext.MulticlassClassification.Evaluate(Scored((0, [0.4f, 0.4f, 0.2f]), (1, [0.4f, 0.4f, 0.2f])));

        Assert.AreEqual(0.5, metrics.MicroAccuracy);
        Assert.AreEqual(1, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
    }

    [TestMethod]
    public void TheConfusionMatrixHasTruthInRows()
    {
        var matrix = _mlContext.MulticlassClassification.Evaluate(
            Scored((0, [0.9f, 0.1f, 0]), (0, [0.1f, 0.9f, 0]), (0, [0.1f, 0.9f, 0]), (1, [0.1f, 0.9f, 0]), (2, [0.1f, 0, 0.9f]))).ConfusionMatrix;

        CollectionAssert.AreEqual(new double[] { 1, 2, 0 }, matrix.Counts[0].ToArray());
        CollectionAssert.AreEqual(new[] { 1.0 / 3, 1, 1 }, matrix.PerClassRecall.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1.0 / 3, 1 }, matrix.PerClassPrecision.ToArray());
        Assert.AreEqual(3, matrix.NumberOfClasses);
    }

    [TestMethod]
    public void TheConfusionTableIsWrittenForPeople()
    {
        var table = _mlContext.MulticlassClassification
            .Evaluate(Scored((0, [0.9f, 0.1f, 0]), (1, [0.9f, 0.1f, 0]), (2, [0.1f, 0, 0.9f]))).ConfusionMatrix.GetFormattedConfusionTable();

        var expected = string.Join(
            Environment.NewLine,
            "",
            "Confusion table",
            "          ||========================",
            "PREDICTED ||     0 |     1 |     2 | Recall",
            "TRUTH     ||========================",
            "        0 ||     1 |     0 |     0 | 1.0000",
            "        1 ||     1 |     0 |     0 | 0.0000",
            "        2 ||     0 |     0 |     1 | 1.0000",
            "          ||========================",
            "Precision ||0.5000 |0.0000 |1.0000 |",
            "");
        Assert.AreEqual(expected, table);
    }

    [TestMethod]
    public void ScoresThatAreNoNumbersAreLeftOut()
    {
        var metrics = _mlContext.MulticlassClassification.Evaluate(
            Scored((0, [0.9f, 0.1f, 0]), (1, [float.NaN, float.NaN, float.NaN]), (2, [0.9f, 0.1f, 0])));

        Assert.AreEqual(0.5, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void RowsWithoutALabelAreLeftOut()
    {
        // A member of key type counts from 0, and 3 of 3 is out of range: missing.
        var metrics = _mlContext.MulticlassClassification.Evaluate(Scored((0, [0.9f, 0.1f, 0]), (3, [0.9f, 0.1f, 0])));

        Assert.AreEqual(1.0, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void ATextLabelIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new TextRow { Label = "a", Score = [0.5f, 0.5f] }]);

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.MulticlassClassification.Evaluate(data));

        StringAssert.Contains(exception.Message, "Schema mismatch for label column 'Label': expected Single or Key, got String");
    }

    [TestMethod]
    public void AnUnknownColumnIsNamed()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.MulticlassClassification.Evaluate(Scored((0, [1f, 0, 0])), labelColumnName: "Truth"));

        StringAssert.Contains(exception.Message, "Truth");
    }

    [TestMethod]
    public void CrossValidationFitsOneModelAFold()
    {
        var fits = 0;
        var data = Scored(Enumerable.Range(0, 60).Select(i => ((uint)(i % 3), new[] { i % 3 == 0 ? 0.9f : 0.1f, 0.5f, 0.4f })).ToArray());
        var estimator = _mlContext.Transforms.CopyColumns("PredictedLabel", "Label").WithOnFitDelegate(_ => fits++);

        var results = _mlContext.MulticlassClassification.CrossValidate(data, estimator, numberOfFolds: 3, seed: 2);

        Assert.AreEqual(3, fits);
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, results.Select(result => result.Fold).ToArray());
        Assert.AreEqual(60, results.Sum(result => result.ScoredHoldOutSet.GetColumn<uint>("Label").Count()));
        Assert.AreEqual(60, results.Sum(result => result.Metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())));
    }

    private IDataView Scored(params (uint Label, float[] Scores)[] rows)
        => _mlContext.Data.LoadFromEnumerable(rows.Select(row => new Row { Label = row.Label, Score = row.Scores }).ToArray());

    private sealed class Row
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class TextRow
    {
        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        public string PredictedLabel { get; set; } = "";
    }
}
