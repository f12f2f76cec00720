using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace StandIns.Tests.Data;

[TestClass]
public class KeyMappingTests
{
    private static readonly string[] Labels = ["tulip", "rose", "", "tulip", "aster"];

    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void KeysCountFromOneInOrderOfOccurrence()
    {
        var keys = MapToKeys(ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence);

        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 1, 3 }, keys.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { "tulip", "rose", "aster" }, KeyValues(keys));
    }

    [TestMethod]
    public void KeysFollowTheValuesWhenAsked()
    {
        var keys = MapToKeys(ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

        CollectionAssert.AreEqual(new uint[] { 3, 2, 0, 3, 1 }, keys.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { "aster", "rose", "tulip" }, KeyValues(keys));
    }

    [TestMethod]
    public void TheKeyTypeKnowsTheCount()
    {
        var column = MapToKeys(ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence).Schema["Key"];

        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), column.Type);
        Assert.AreEqual("Key<UInt32, 0-2>", column.Type.ToString());
        Assert.IsTrue(column.HasKeyValues());
    }

    [TestMethod]
    public void WhatWasNotSeenIsMissing()
    {
        var data = Data(Labels);
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label)).Fit(data);

        var keys = model.Transform(Data(["rose", "lily"])).GetColumn<uint>("Key").ToArray();

        CollectionAssert.AreEqual(new uint[] { 2, 0 }, keys);
    }

    [TestMethod]
    public void KeyDataGivesTheKeysTheirOrder()
    {
        var known = _mlContext.Data.LoadFromEnumerable([new Row { Label = "aster" }, new Row { Label = "tulip" }]);
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label), keyData: known).Fit(Data(Labels));

        var keys = model.Transform(Data(Labels)).GetColumn<uint>("Key").ToArray();

        CollectionAssert.AreEqual(new uint[] { 2, 0, 0, 2, 1 }, keys);
    }

    [TestMethod]
    public void NoMoreKeysThanAskedForAreMade()
    {
        var data = Data(Labels);
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label), maximumNumberOfKeys: 2).Fit(data).Transform(data);

        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 1, 0 }, keys.GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void NumbersBecomeKeysTheirAnnotationsStayNumbersOrBecomeText()
    {
        var data = _mlContext.Data.LoadFromEnumerable(new[] { 7f, float.NaN, 3f }.Select(value => new NumberRow { Value = value }));
        var asNumbers = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(NumberRow.Value)).Fit(data).Transform(data);
        var asText = _mlContext.Transforms.Conversion
            .MapValueToKey("Key", nameof(NumberRow.Value), addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);
        VBuffer<float> numbers = default;

        asNumbers.Schema["Key"].GetKeyValues(ref numbers);

        CollectionAssert.AreEqual(new uint[] { 1, 0, 2 }, asNumbers.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { 7f, 3f }, numbers.DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { "7", "3" }, KeyValues(asText));
    }

    [TestMethod]
    public void MapKeyToValueIsTheWayBack()
    {
        var keys = MapToKeys(ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

        var values = _mlContext.Transforms.Conversion.MapKeyToValue("Back", "Key").Fit(keys).Transform(keys).GetColumn<string>("Back");

        CollectionAssert.AreEqual(Labels, values.ToArray());
    }

    [TestMethod]
    public void MapKeyToValueNeedsAKey()
    {
        var pipeline = _mlContext.Transforms.CopyColumns("Copy", nameof(Row.Label))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Copy"));

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(Data(Labels)));

        StringAssert.Contains(exception.Message, "Schema mismatch for input column 'Copy': expected KeyType, got String");
    }

    [TestMethod]
    public void MapKeyToValueNeedsKeyValues()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new KeyRow { Key = 1 }]);

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => _mlContext.Transforms.Conversion.MapKeyToValue("Key").Append(_mlContext.Transforms.CopyColumns("A", "Key")).Fit(data));

        StringAssert.Contains(exception.Message, "Input column 'Key' doesn't contain key values metadata");
    }

    [TestMethod]
    public void AMemberOfKeyTypeCountsFromZeroWhereItIsRead()
    {
        var data = _mlContext.Data.LoadFromEnumerable(new uint[] { 0, 2, 3 }.Select(key => new KeyRow { Key = key }));

        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, data.GetColumn<uint>("Key").ToArray());
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), data.Schema["Key"].Type);
    }

    [TestMethod]
    public void AVectorOfTextBecomesAVectorOfKeys()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new VectorRow { Words = ["a", "b", "a"] }, new VectorRow { Words = ["c", "", "b"] }]);
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Keys", nameof(VectorRow.Words)).Fit(data).Transform(data);
        var words = _mlContext.Transforms.Conversion.MapKeyToValue("Back", "Keys").Fit(keys).Transform(keys);

        var rows = keys.GetColumn<uint[]>("Keys").ToArray();

        CollectionAssert.AreEqual(new uint[] { 1, 2, 1 }, rows[0]);
        CollectionAssert.AreEqual(new uint[] { 3, 0, 2 }, rows[1]);
        CollectionAssert.AreEqual(new[] { "a", "b", "a" }, words.GetColumn<string[]>("Back").First());
    }

    private static string[] KeyValues(IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema["Key"].GetKeyValues(ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }

    private IDataView Data(IEnumerable<string> labels) => _mlContext.Data.LoadFromEnumerable(labels.Select(label => new Row { Label = label }));

    private IDataView MapToKeys(ValueToKeyMappingEstimator.KeyOrdinality order)
    {
        var data = Data(Labels);
        return _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(Row.Label), keyOrdinality: order).Fit(data).Transform(data);
    }

    private sealed class Row
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

    private sealed class VectorRow
    {
        [VectorType(3)]
        public string[] Words { get; set; } = [];
    }
}
