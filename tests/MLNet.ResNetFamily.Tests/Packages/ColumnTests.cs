using Microsoft.ML;
using Microsoft.ML.Data;
using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>What columns, keys and annotations of ML.NET say: labels are keys, and the names of classes are annotations.</summary>
[TestClass]
public sealed class ColumnTests
{
    private static readonly string[] Labels = ["tulip", "rose", "", "tulip", "aster"];

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void TheLastOfSeveralColumnsOfOneNameIsSeen()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Int32);

        var schema = builder.ToSchema();

        Assert.AreEqual(2, schema["A"].Index);
        CollectionAssert.AreEqual(new[] { true, false, false }, schema.Select(column => column.IsHidden).ToArray());
        Assert.IsNull(schema.GetColumnOrNull("C"));
    }

    [TestMethod]
    [DataRow(KeyOrdinality.ByOccurrence, new uint[] { 1, 2, 0, 1, 3 }, new[] { "tulip", "rose", "aster" })]
    [DataRow(KeyOrdinality.ByValue, new uint[] { 3, 2, 0, 3, 1 }, new[] { "aster", "rose", "tulip" })]
    public void KeysCountFromOneAndAMissingTextIsZero(KeyOrdinality order, uint[] expected, string[] expectedValues)
    {
        var keys = Keys(order);
        VBuffer<ReadOnlyMemory<char>> values = default;

        keys.Schema["Key"].GetKeyValues(ref values);

        CollectionAssert.AreEqual(expected, keys.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(expectedValues, values.DenseValues().Select(value => value.ToString()).ToArray());
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), keys.Schema["Key"].Type);
    }

    [TestMethod]
    public void ALabelThatWasNotSeenHasNoKey()
    {
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(TextRow.Label)).Fit(Data(Labels));

        var keys = model.Transform(Data(["rose", "lily"])).GetColumn<uint>("Key").ToArray();

        CollectionAssert.AreEqual(new uint[] { 2, 0 }, keys);
    }

    [TestMethod]
    public void TheKeysOfNumbersKeepTheirTypeUnderTheKindKeyValues()
    {
        var data = _mlContext.Data.LoadFromEnumerable(new[] { 7f, float.NaN, 3 }.Select(value => new NumberRow { Value = value }));
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(NumberRow.Value)).Fit(data).Transform(data);
        VBuffer<float> values = default;

        keys.Schema["Key"].Annotations.GetValue("KeyValues", ref values);

        CollectionAssert.AreEqual(new[] { 7f, 3 }, values.DenseValues().ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 0, 2 }, keys.GetColumn<uint>("Key").ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2), keys.Schema["Key"].Annotations.Schema["KeyValues"].Type);
    }

    [TestMethod]
    public void MapKeyToValueIsTheWayBack()
    {
        var keys = Keys(KeyOrdinality.ByValue);

        var values = _mlContext.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keys).Transform(keys).GetColumn<string>("Back");

        CollectionAssert.AreEqual(Labels, values.ToArray());
    }

    /// <summary>So the classifier's shape must promise the annotation, or no chain could go on behind it.</summary>
    [TestMethod]
    public void MapKeyToValueAsksForKeyValuesBeforeAnyFit()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new KeyRow { Key = 1 }]);
        var chain = _mlContext.Transforms.Conversion.MapKeyToValue("Key").Append(_mlContext.Transforms.CopyColumns("A", "Key"));

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => chain.Fit(data));

        StringAssert.Contains(error.Message, "Input column 'Key' doesn't contain key values metadata");
    }

    [TestMethod]
    public void ASparseVectorIsCopiedWithItsZeros()
    {
        var sparse = new VBuffer<float>(5, 2, [3f, 4f], [1, 3]);
        var target = new float[] { 9, 9, 9, 9, 9 };

        sparse.CopyTo(target);

        CollectionAssert.AreEqual(new float[] { 0, 3, 0, 4, 0 }, target);
        CollectionAssert.AreEqual(target, sparse.DenseValues().ToArray());
    }

    /// <summary>A skipped image has scores that are no numbers.</summary>
    [TestMethod]
    public void EvaluateLeavesOutWhatHasNoScores()
    {
        var metrics = _mlContext.MulticlassClassification.Evaluate(Scored(
            (0, [0.9f, 0.1f, 0]), (1, [float.NaN, float.NaN, float.NaN]), (2, [0.9f, 0.1f, 0])));

        Assert.AreEqual(0.5, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void EvaluateTakesTheFirstOfEqualScores()
    {
        var metrics = _mlContext.MulticlassClassification.Evaluate(Scored((0, [0.4f, 0.4f, 0.2f]), (1, [0.4f, 0.4f, 0.2f])));

        Assert.AreEqual(1, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
        Assert.AreEqual(0.5, metrics.MicroAccuracy);
    }

    private IDataView Data(IEnumerable<string> labels) =>
        _mlContext.Data.LoadFromEnumerable(labels.Select(label => new TextRow { Label = label }));

    private IDataView Keys(KeyOrdinality order)
    {
        var data = Data(Labels);
        return _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(TextRow.Label), keyOrdinality: order).Fit(data).Transform(data);
    }

    // A member of key type counts from 0.
    private IDataView Scored(params (uint Label, float[] Scores)[] rows) =>
        _mlContext.Data.LoadFromEnumerable(rows.Select(row => new ScoredRow { Label = row.Label, Score = row.Scores }).ToArray());

    private sealed class TextRow
    {
        public string Label { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public float Value { get; set; }
    }

    private sealed class KeyRow
    {
        [KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class ScoredRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }
    }
}
