using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.StandIns.Tests.Imaging;

namespace StandIns.Tests.Data;

[TestClass]
public sealed class TextLoaderTests : IDisposable
{
    private readonly MLContext _mlContext = new();
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AttributesChooseTheFields()
    {
        var rows = Read("a\t1\t2\t3\ttrue\r\nb\t4\t5\t6\tfalse\r\n");

        Assert.AreEqual(2, rows.Length);
        Assert.AreEqual("a", rows[0].Name);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, rows[0].Pair);
        Assert.AreEqual(6, rows[1].Whole);
        Assert.IsFalse(rows[1].Flag);
    }

    [TestMethod]
    public void TheHeaderAndEmptyLinesAreSkipped()
    {
        var rows = Read("name,x,y,z,f\n\na,1,2,3,1\n\n// a remark\nb,1,2,3,0\n", ',', hasHeader: true);

        CollectionAssert.AreEqual(new[] { "a", "b" }, rows.Select(row => row.Name).ToArray());
    }

    [TestMethod]
    public void SeparatorsAndQuotesMayBeQuoted()
    {
        var rows = Read("\"Smith, \"\"Jo\"\"\",1,2,3,1\n\"plain\",1,2,3,1\n", ',', allowQuoting: true);

        Assert.AreEqual("Smith, \"Jo\"", rows[0].Name);
        Assert.AreEqual("plain", rows[1].Name);
    }

    [TestMethod]
    public void WithoutQuotingAQuoteIsACharacter()
    {
        var rows = Read("\"a\",1,2,3,1\n", ',');

        Assert.AreEqual("\"a\"", rows[0].Name);
    }

    [TestMethod]
    public void AnEmptyFieldIsTheDefault()
    {
        var rows = Read(",,2,,\n", ',');

        Assert.AreEqual("", rows[0].Name);
        CollectionAssert.AreEqual(new[] { 0f, 2f }, rows[0].Pair);
        Assert.AreEqual(0, rows[0].Whole);
    }

    [TestMethod]
    public void WhatIsNoNumberBecomesNaNAndIsRefusedForIntegers()
    {
        Assert.IsTrue(float.IsNaN(Read("a,x,2,3,1\n", ',')[0].Pair[0]));
        Assert.IsNotNull(Assert.Throws<Exception>(() => Read("a,1,2,x,1\n", ',')));
    }

    [TestMethod]
    public void ColumnsMayBeGivenByHand()
    {
        var path = Write("a;7\nb;8\n");

        var data = _mlContext.Data.LoadFromTextFile(
            path, [new TextLoader.Column("Number", DataKind.Int32, 1), new TextLoader.Column("Text", DataKind.String, 0)], separatorChar: ';');

        CollectionAssert.AreEqual(new[] { 7, 8 }, data.GetColumn<int>("Number").ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.GetColumn<string>("Text").ToArray());
        Assert.IsFalse(data.CanShuffle);
        Assert.IsNull(data.GetRowCount());
    }

    [TestMethod]
    public void AMemberWithoutItsAttributeIsNamed()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => _mlContext.Data.LoadFromTextFile<Bare>(Write("a\n")));

        StringAssert.Contains(exception.Message, "Property 'Name' is missing the LoadColumnAttribute attribute");
    }

    [TestMethod]
    public void AMissingFileIsNamed()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.Data.LoadFromTextFile<Row>("/nowhere/at-all.tsv"));

        StringAssert.Contains(exception.Message, "/nowhere/at-all.tsv");
    }

    private string Write(string text)
    {
        var path = _folder.File("data.txt");
        File.WriteAllText(path, text);
        return path;
    }

    private Row[] Read(string text, char separator = '\t', bool hasHeader = false, bool allowQuoting = false)
    {
        var data = _mlContext.Data.LoadFromTextFile<Row>(Write(text), separator, hasHeader, allowQuoting);
        return _mlContext.Data.CreateEnumerable<Row>(data, reuseRowObject: false).ToArray();
    }

    private sealed class Row
    {
        [LoadColumn(0)]
        public string Name { get; set; } = "";

        [LoadColumn(1, 2)]
        [VectorType(2)]
        public float[] Pair { get; set; } = [];

        [LoadColumn(3)]
        public int Whole { get; set; }

        [LoadColumn(4)]
        public bool Flag { get; set; }
    }

    private sealed class Bare
    {
        public string Name { get; set; } = "";
    }
}
