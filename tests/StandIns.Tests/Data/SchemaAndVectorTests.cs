using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class SchemaAndVectorTests
{
    [TestMethod]
    public void TheLastOfSeveralColumnsWithOneNameIsSeen()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("A", NumberDataViewType.Single);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Int32);
        var schema = builder.ToSchema();

        Assert.AreEqual(2, schema["A"].Index);
        Assert.IsTrue(schema[0].IsHidden);
        Assert.IsFalse(schema[2].IsHidden);
        Assert.IsNull(schema.GetColumnOrNull("C"));
        Assert.AreEqual("A: Int32", schema["A"].ToString());
    }

    [TestMethod]
    public void AnUnknownColumnIsNamed()
    {
        var schema = new DataViewSchema.Builder().ToSchema();

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema["Missing"]).Message, "Column 'Missing' not found");
    }

    [TestMethod]
    public void AReplacedColumnStandsBehindTheOneItHides()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1, B = 2 }]);

        var schema = mlContext.Transforms.CopyColumns("A", "B").Append(mlContext.Transforms.CopyColumns("C", "B")).Fit(data)
            .Transform(data).Schema;

        CollectionAssert.AreEqual(new[] { "A", "A", "B", "C" }, schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(1, schema["A"].Index);
    }

    [TestMethod]
    public void AnnotationsAreFetchedByKindAndType()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue("Kind", TextDataViewType.Instance, "value".AsMemory());
        var annotations = builder.ToAnnotations();
        ReadOnlyMemory<char> value = default;
        var number = 0f;

        annotations.GetValue("Kind", ref value);

        Assert.AreEqual("value", value.ToString());
        Assert.ThrowsExactly<InvalidOperationException>(() => annotations.GetValue("Kind", ref number));
        Assert.ThrowsExactly<InvalidOperationException>(() => annotations.GetValue("Other", ref value));
    }

    [TestMethod]
    public void TypesAreWrittenWithTheirSizes()
    {
        Assert.AreEqual("Vector<Single, 3, 4, 5>", new VectorDataViewType(NumberDataViewType.Single, 3, 4, 5).ToString());
        Assert.AreEqual("Vector<Byte>", new VectorDataViewType(NumberDataViewType.Byte).ToString());
        Assert.AreEqual("Vector<Single, 7>", new VectorDataViewType(NumberDataViewType.Single, 7).ToString());
        Assert.AreEqual("String", TextDataViewType.Instance.ToString());
        Assert.AreEqual("Key<Byte, 0-9>", new KeyDataViewType(typeof(byte), 10).ToString());
    }

    [TestMethod]
    public void VectorTypesAreEqualByItemAndDimensions()
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, 2, 3);

        Assert.AreEqual(type, new VectorDataViewType(NumberDataViewType.Single, ImmutableArray.Create(2, 3)));
        Assert.AreNotEqual(type, new VectorDataViewType(NumberDataViewType.Single, 6));
        Assert.AreNotEqual(type, new VectorDataViewType(NumberDataViewType.Double, 2, 3));
        Assert.AreEqual(6, type.Size);
        Assert.IsFalse(new VectorDataViewType(NumberDataViewType.Single, 0, 3).IsKnownSize);
        Assert.AreEqual(typeof(VBuffer<float>), type.RawType);
    }

    [TestMethod]
    public void AKeyHasAtLeastOneValueAndFitsItsType()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 5));
    }

    [TestMethod]
    public void SparseVectorsReadLikeDenseOnes()
    {
        var sparse = new VBuffer<float>(5, 2, [3f, 4f], [1, 3]);
        VBuffer<float> dense = default;
        VBuffer<float> part = default;

        sparse.CopyToDense(ref dense);
        sparse.CopyTo(ref part, 1, 3);

        CollectionAssert.AreEqual(new[] { 0f, 3f, 0f, 4f, 0f }, sparse.DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { 0f, 3f, 0f, 4f, 0f }, dense.GetValues().ToArray());
        CollectionAssert.AreEqual(new[] { 3f, 0f, 4f }, part.DenseValues().ToArray());
        Assert.IsFalse(sparse.IsDense);
        Assert.IsTrue(dense.IsDense);
        Assert.AreEqual(4f, sparse.GetItemOrDefault(3));
        Assert.AreEqual(0f, sparse.GetItemOrDefault(2));
        CollectionAssert.AreEqual(new[] { 1, 3 }, sparse.Items().Select(item => item.Key).ToArray());
        Assert.AreEqual(5, sparse.Items(all: true).Count());
    }

    [TestMethod]
    public void AnEditorUsesTheArraysAgain()
    {
        var buffer = new VBuffer<float>(4, [1, 2, 3, 4]);

        var same = VBufferEditor.Create(ref buffer, 3);
        var createdForThree = same.CreatedNewValues;
        same.Values.Fill(7);
        buffer = same.Commit();
        var createdForNine = VBufferEditor.Create(ref buffer, 9).CreatedNewValues;

        Assert.IsFalse(createdForThree);
        Assert.IsTrue(createdForNine);
        CollectionAssert.AreEqual(new[] { 7f, 7f, 7f }, buffer.GetValues().ToArray());
    }

    [TestMethod]
    public void MembersBecomeColumnsWithTheirTypes()
    {
        var schema = new MLContext().Data.LoadFromEnumerable(Array.Empty<Members>()).Schema;

        CollectionAssert.AreEqual(
            new[] { "Fixed: Vector<Single, 2, 2>", "Free: Vector<Byte>", "Given: Single", "Flag: Boolean", "Text: String" },
            schema.Select(column => column.ToString()).ToArray());
    }

    [TestMethod]
    public void AMemberOfAnUnknownTypeIsNamed()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new MLContext().Data.LoadFromEnumerable(Array.Empty<Unsupported>()));

        StringAssert.Contains(exception.Message, "Could not determine an IDataView type and registered custom types for member Anything");
    }

    [TestMethod]
    public void ADefinitionMayGiveASizeAndAnnotations()
    {
        var mlContext = new MLContext();
        var definition = SchemaDefinition.Create(typeof(Members));
        definition["Free"].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, 2);
        definition["Free"].AddAnnotation("SlotNames", new[] { "x", "y" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        var column = mlContext.Data.LoadFromEnumerable(Array.Empty<Members>(), definition).Schema["Free"];
        VBuffer<ReadOnlyMemory<char>> names = default;

        column.GetSlotNames(ref names);

        Assert.IsTrue(column.HasSlotNames());
        CollectionAssert.AreEqual(new[] { "x", "y" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void ValuesComeBackAsTheyWentIn()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable(
        [
            new Members { Fixed = [1, 2, 3, 4], Free = [5], Number = 6, Flag = true, Text = "seven" },
            new Members { Fixed = [4, 3, 2, 1], Free = [], Number = -1, Flag = false, Text = null },
        ]);

        var rows = mlContext.Data.CreateEnumerable<Members>(data, reuseRowObject: false).ToArray();

        CollectionAssert.AreEqual(new[] { 1f, 2, 3, 4 }, rows[0].Fixed);
        CollectionAssert.AreEqual(new[] { 4f, 3, 2, 1 }, rows[1].Fixed);
        CollectionAssert.AreEqual(new byte[] { 5 }, rows[0].Free);
        Assert.IsNull(rows[1].Free);
        Assert.AreEqual(6, rows[0].Number);
        Assert.IsTrue(rows[0].Flag);
        Assert.AreEqual("seven", rows[0].Text);
        Assert.AreEqual("", rows[1].Text);
    }

    [TestMethod]
    public void AReusedRowObjectIsOneObject()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1 }, new Row { A = 2 }]);

        Assert.AreEqual(1, mlContext.Data.CreateEnumerable<Row>(data, reuseRowObject: true).ToHashSet().Count);
        Assert.AreEqual(2, mlContext.Data.CreateEnumerable<Row>(data, reuseRowObject: false).ToHashSet().Count);
    }

    [TestMethod]
    public void AMissingColumnIsAnErrorUnlessIgnored()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1 }]);

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => mlContext.Data.CreateEnumerable<WiderRow>(data, reuseRowObject: false).ToArray());
        var row = mlContext.Data.CreateEnumerable<WiderRow>(data, reuseRowObject: false, ignoreMissingColumns: true).Single();

        StringAssert.Contains(exception.Message, "column 'Extra'");
        Assert.AreEqual(1, row.A);
    }

    [TestMethod]
    public void AMemberOfAnotherTypeThanItsColumnIsRefused()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1 }]);

        var exception = Assert.ThrowsExactly<InvalidOperationException>(
            () => mlContext.Data.CreateEnumerable<TextRow>(data, reuseRowObject: false).ToArray());

        StringAssert.Contains(exception.Message, "Can't bind the IDataView column 'A' of type 'Single' to field or property 'A' of type 'System.String'");
    }

    [TestMethod]
    public void ConcatenatedColumnsKeepTheirNames()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1, B = 2 }]);
        var joined = mlContext.Transforms.Concatenate("Features", "B", "A").Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;

        joined.Schema["Features"].GetSlotNames(ref names);

        CollectionAssert.AreEqual(new[] { 2f, 1f }, joined.GetColumn<float[]>("Features").Single());
        CollectionAssert.AreEqual(new[] { "B", "A" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2), joined.Schema["Features"].Type);
    }

    [TestMethod]
    public void SelectedColumnsComeInTheOrderAskedFor()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable([new Row { A = 1, B = 2 }]);

        var selected = mlContext.Transforms.SelectColumns("B", "A").Fit(data).Transform(data);
        var dropped = mlContext.Transforms.DropColumns("A").Fit(data).Transform(data);

        CollectionAssert.AreEqual(new[] { "B", "A" }, selected.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "B" }, dropped.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(1f, selected.GetColumn<float>("A").Single());
    }

    [TestMethod]
    public void APreviewHoldsRowsAndColumns()
    {
        var data = new MLContext().Data.LoadFromEnumerable([new Row { A = 1, B = 2 }, new Row { A = 3, B = 4 }, new Row()]);

        var preview = data.Preview(maxRows: 2);

        Assert.AreEqual("2 columns, 2 rows", preview.ToString());
        Assert.AreEqual(3f, preview.RowView[1].Values[0].Value);
        CollectionAssert.AreEqual(new object[] { 2f, 4f }, preview.ColumnView[1].Values);
    }

    private sealed class Row
    {
        public float A { get; set; }

        public float B { get; set; }
    }

    private sealed class TextRow
    {
        public string? A { get; set; }
    }

    private sealed class WiderRow
    {
        public float A { get; set; }

        public float Extra { get; set; }
    }

    private sealed class Members
    {
        [VectorType(2, 2)]
        public float[]? Fixed { get; set; }

        public byte[]? Free { get; set; }

        [ColumnName("Given")]
        public float Number { get; set; }

        public bool Flag { get; set; }

        public string? Text { get; set; }

        [NoColumn]
        public object? Ignored { get; set; }
    }

    private sealed class Unsupported
    {
        public object? Anything { get; set; }
    }
}
