using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class NormalizationTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void ZeroStaysZeroByDefault()
    {
        var rows = Normalize(fixZero: true);

        CollectionAssert.AreEqual(new[] { 0.5f, 0f, -1f }, rows.Select(row => row[0]).ToArray());
        CollectionAssert.AreEqual(new[] { 0.25f, 1f, 0.5f }, rows.Select(row => row[1]).ToArray());
    }

    [TestMethod]
    public void OtherwiseTheRangeBecomesZeroToOne()
    {
        var rows = Normalize(fixZero: false);

        CollectionAssert.AreEqual(new[] { 1f, 2f / 3, 0f }, rows.Select(row => row[0]).ToArray());
        CollectionAssert.AreEqual(new[] { 0f, 1f, 1f / 3 }, rows.Select(row => row[1]).ToArray());
    }

    [TestMethod]
    public void AConstantSlotBecomesZero()
    {
        Assert.IsTrue(Normalize(fixZero: true).All(row => row[2] == 0));
    }

    [TestMethod]
    public void TheColumnSaysThatItIsNormalized()
    {
        var data = Data();

        var column = _mlContext.Transforms.NormalizeMinMax("Out", nameof(Row.Values)).Fit(data).Transform(data).Schema["Out"];

        Assert.IsTrue(column.IsNormalized());
        Assert.IsFalse(data.Schema[nameof(Row.Values)].IsNormalized());
    }

    [TestMethod]
    public void ItIsSavedAndLoaded()
    {
        using var file = new MemoryStream();
        var data = Data();
        var model = _mlContext.Transforms.NormalizeMinMax("Out", nameof(Row.Values)).Fit(data);
        _mlContext.Model.Save(model, data.Schema, file);
        file.Position = 0;

        var again = new MLContext().Model.Load(file, out _);

        CollectionAssert.AreEqual(
            model.Transform(data).GetColumn<float[]>("Out").First(), again.Transform(data).GetColumn<float[]>("Out").First());
    }

    [TestMethod]
    public void TextIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new Row()]);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.Transforms.NormalizeMinMax(nameof(Row.Name))
            .Append(_mlContext.Transforms.CopyColumns("A", nameof(Row.Name))).Fit(data));
    }

    private float[][] Normalize(bool fixZero)
    {
        var data = Data();
        return _mlContext.Transforms.NormalizeMinMax("Out", nameof(Row.Values), fixZero: fixZero).Fit(data).Transform(data)
            .GetColumn<float[]>("Out").ToArray();
    }

    private IDataView Data() => _mlContext.Data.LoadFromEnumerable(
    [
        new Row { Values = [2, 1, 7] },
        new Row { Values = [0, 4, 7] },
        new Row { Values = [-4, 2, 7] },
    ]);

    private sealed class Row
    {
        public string Name { get; set; } = "";

        [VectorType(3)]
        public float[] Values { get; set; } = [];
    }
}
