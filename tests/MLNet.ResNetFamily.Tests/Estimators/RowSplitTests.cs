using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Estimators;

[TestClass]
public sealed class RowSplitTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void EveryClassGivesTheSamePartAndEveryRowIsOnOneSide(bool isKey)
    {
        var data = Data(30, isKey);

        var (train, test) = _mlContext.Data.StratifiedSplit(data, 0.2);

        CollectionAssert.AreEqual(new[] { 2, 2, 2 }, CountsOf(test));
        CollectionAssert.AreEqual(new[] { 8, 8, 8 }, CountsOf(train));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 30).ToArray(), Numbers(train).Concat(Numbers(test)).ToArray());
        Assert.AreEqual((24L, 6L), (train.GetRowCount(), test.GetRowCount()));
        CollectionAssert.AreEqual(Numbers(test), Numbers(_mlContext.Data.StratifiedSplit(data, 0.2).TestSet));
        CollectionAssert.AreNotEqual(Numbers(test), Numbers(_mlContext.Data.StratifiedSplit(data, 0.2, seed: 2).TestSet));
    }

    [TestMethod]
    public void BothPartsTrainAndMeasureAClassifier()
    {
        var (train, test) = _mlContext.Data.StratifiedSplit(Data(30, isKey: false), 0.2);

        using var model = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(train);

        Assert.IsGreaterThan(0.5, model.Evaluate(test).MicroAccuracy);
    }

    [TestMethod]
    public void WhatCannotBeSplitIsRefused()
    {
        var data = Data(6, isKey: false);

        StringAssert.Contains(Refusal(1, "Label"), "'testFraction' is 1, but it must be above 0 and below 1");
        StringAssert.Contains(Refusal(0.01, "Label"), "'testFraction' 0.01 of 6 images in 3 classes sets none aside");
        StringAssert.Contains(Refusal(0.2, "Class"), "The data have no column 'Class'");
        StringAssert.Contains(Refusal(0.2, "Number"), "has the type Int32, but it must be a key or text");

        string Refusal(double fraction, string label) =>
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.StratifiedSplit(data, fraction, label)).Message;
    }

    private IDataView Data(int count, bool isKey)
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, count)));
        return isKey ? TinyClassifier.WithKey(_mlContext, data) : data;
    }

    private static int[] Numbers(IDataView data) => [.. data.GetColumn<int>("Number")];

    // Number modulo 3 is the class.
    private static int[] CountsOf(IDataView data) =>
        [.. Numbers(data).GroupBy(number => number % 3).OrderBy(group => group.Key).Select(group => group.Count())];
}
