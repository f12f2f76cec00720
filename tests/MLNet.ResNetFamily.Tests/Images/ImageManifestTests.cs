using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public sealed class ImageManifestTests
{
    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("table.csv", ',')]
    [DataRow("table.tsv", '\t')]
    public void LabelsArePartedByTheSeparator(string name, char comma)
    {
        var path = Write(name, $"Id{comma}ImagePath{comma}Label", $"1{comma}a.jpg{comma}cat|dog", $"2{comma}\"in, deep/b.jpg\"{comma}", "",
            $"3{comma}/c.jpg{comma} dog | ");

        var data = _mlContext.Data.LoadImageManifest(path, labelSeparator: '|');

        CollectionAssert.AreEqual(
            new[] { _folder.File("a.jpg"), _folder.File("in, deep/b.jpg"), "/c.jpg" }, data.GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(
            new[] { "cat dog", "", "dog" }, data.GetColumn<string[]>("Label").Select(labels => string.Join(' ', labels)).ToArray());
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), data.Schema["Label"].Type);
    }

    [TestMethod]
    public void WithoutASeparatorAnImageHasOneLabel()
    {
        var path = Write("table.csv", "file,kind", "a.jpg,cat|dog", "a.jpg,dog");

        var data = _mlContext.Data.LoadImageManifest(path, imagePathColumnName: "file", labelColumnName: "kind");

        CollectionAssert.AreEqual(new[] { "cat|dog", "dog" }, data.GetColumn<string>("Label").ToArray());
    }

    [TestMethod]
    [DataRow("IMAGEPATH,label", "cat")]
    [DataRow("imagePath,label,Label", "tabby")]
    public void ColumnsAreFoundInUpperAndLowerCase(string header, string label)
    {
        var path = Write("table.csv", header, header.Count(c => c == ',') == 1 ? "a.jpg,cat" : "a.jpg,cat,tabby");

        var data = _mlContext.Data.LoadImageManifest(path);

        Assert.AreEqual(label, data.GetColumn<string>("Label").Single());
        Assert.AreEqual(_folder.File("a.jpg"), data.GetColumn<string>("ImagePath").Single());
    }

    [TestMethod]
    public void LinesAreReadWhenTheyAreAskedFor()
    {
        var path = Write(
            "table.csv", "ImagePath, Label", "a.jpg, cat", "", "b.jpg,\"dog,", "\"\"small\"\"\" ", "\"c.jpg\",cat", "d.jpg");

        var rows = ImageManifest.Read(path);

        CollectionAssert.AreEqual(
            new ImageManifest.Row[]
            {
                new(2, _folder.File("a.jpg"), "cat"), new(4, _folder.File("b.jpg"), "dog,\n\"small\""), new(6, _folder.File("c.jpg"), "cat"),
            },
            rows.Take(3).ToArray());
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => rows.Count()).Message,
            "line 7: there are 1 fields, but the first line names 2 columns.");
    }

    [TestMethod]
    public void AQuoteThatIsNeverClosedIsFoundWithoutReadingAllOfTheFile()
    {
        var path = Write("table.csv", ["ImagePath,Label", "a.jpg,\"cat", .. Enumerable.Repeat($"b.jpg,{new string('b', 200)}", 20_000)]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageManifest.Read(path).Count());

        StringAssert.Contains(error.Message, "line 2: a double quote is open or stands in the middle of a field.");
    }

    [TestMethod]
    public void ATextFileListsPathsAlone()
    {
        var path = Write("list.txt", "in, deep/a.jpg", "", "/b.jpg");

        var rows = ImageManifest.Read(path, labelColumnName: null);
        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.LoadImageManifest(path));

        CollectionAssert.AreEqual(
            new ImageManifest.Row[] { new(1, _folder.File("in, deep/a.jpg"), ""), new(3, "/b.jpg", "") }, rows.ToArray());
        StringAssert.Contains(
            error.Message, "list.txt' lists images without labels, but these are needed. Give a .csv or .tsv with the columns 'ImagePath'");
    }

    [TestMethod]
    [DataRow("table.csv' is empty. Give its first line the names of the columns")]
    [DataRow("table.csv' names no image.", "ImagePath,Label")]
    [DataRow("table.csv' has no column 'Label'; its first line names 'ImagePath', 'kind'.", "ImagePath,kind", "a.jpg,cat")]
    [DataRow("table.csv' has no column 'ImagePath', 'Label'; its first line names 'file', 'kind'.", "file,kind", "a.jpg,cat")]
    [DataRow(
        "table.csv', line 3: there are 3 fields, but the first line names 2 columns.", "ImagePath,Label", "a.jpg,cat", "b.jpg,cat,dog")]
    [DataRow("table.csv', line 2: column 'imagepath' is empty. Fill it, or leave the line out.", "imagepath,label", ",cat")]
    [DataRow("table.csv', line 2: a double quote is open", "ImagePath,Label", "a.jpg,\"cat")]
    [DataRow("a.jpg' stands in line 2 already. Give each image one line with all of its labels, parted by '|'.",
        "ImagePath,Label", "a.jpg,cat", "b.jpg,", "a.jpg,dog")]
    public void ATableThatCannotWorkIsRefused(string message, params string[] lines)
    {
        var path = Write("table.csv", lines);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => _mlContext.Data.LoadImageManifest(path, '|'));

        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void AMissingFileAndAFolderAreToldApart()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.LoadImageManifest(_folder.File("no.csv"))).Message,
            "no.csv' does not exist, but a manifest");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.LoadImageManifest(_folder.Path)).Message,
            "' is a folder, but a manifest");
    }

    [TestMethod]
    public void AManifestIsSplitSoThatEveryLabelGivesTheSamePart()
    {
        var path = Write("table.csv", ["ImagePath,Label", .. Enumerable.Range(0, 80).Select(
            i => $"{i}.jpg,{string.Join('|', MultiLabelImages.LabelsOf(i))}")]);

        var (train, test) = _mlContext.Data.StratifiedSplit(_mlContext.Data.LoadImageManifest(path, '|'), testFraction: 0.25);

        var labels = test.GetColumn<string[]>("Label").ToList();
        Assert.AreEqual(60, train.GetColumn<string>("ImagePath").Count());
        foreach (var name in TestImages.ClassNames)
            Assert.AreEqual(10, labels.Count(of => of.Contains(name)), 1, name);
    }

    private string Write(string name, params string[] lines)
    {
        File.WriteAllLines(_folder.File(name), lines);
        return _folder.File(name);
    }
}
