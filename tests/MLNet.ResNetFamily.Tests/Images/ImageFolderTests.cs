using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ImageFolderTests
{
    [TestMethod]
    public void RowsAreClassesAndFilesInOrdinalOrder()
    {
        using var folder = WithFiles("b/2.jpg", "b/10.jpg", "a/x.png", "B/1.jpg", "a/X.PNG", "Ä/ü ö.jpeg");

        var rows = Read(ImageFolder.Load(folder.Path));

        CollectionAssert.AreEqual(
            new[] { ("B/1.jpg", "B"), ("a/X.PNG", "a"), ("a/x.png", "a"), ("b/10.jpg", "b"), ("b/2.jpg", "b"), ("Ä/ü ö.jpeg", "Ä") },
            rows.Select(row => (Path.GetRelativePath(folder.Path, row.Path).Replace('\\', '/'), row.Label)).ToArray());
    }

    [TestMethod]
    public void ColumnsAreTextNamedImagePathAndLabel()
    {
        using var folder = WithFiles("a/1.jpg");

        var schema = ImageFolder.Load(folder.Path).Schema;

        CollectionAssert.AreEqual(new[] { "ImagePath", "Label" }, schema.Select(column => column.Name).ToArray());
        Assert.IsTrue(schema.All(column => column.Type is TextDataViewType));
    }

    [TestMethod]
    [DataRow(".hidden.jpg")]
    [DataRow("._1.jpg")]
    [DataRow("Thumbs.db")]
    [DataRow("notes.txt")]
    [DataRow("no_extension")]
    [DataRow("archive.jpg.zip")]
    [DataRow(".cache/1.jpg")]
    [DataRow("directory.jpg/keep.txt")]
    public void WhatIsNoVisibleImageFileIsSkipped(string name)
    {
        using var folder = WithFiles("a/1.jpg", "a/" + name);

        var rows = Read(ImageFolder.Load(folder.Path));

        Assert.AreEqual(Path.Combine(folder.Path, "a", "1.jpg"), rows.Single().Path);
    }

    [TestMethod]
    public void AHiddenFolderIsNoClass()
    {
        using var folder = WithFiles("a/1.jpg", ".git/1.jpg");

        Assert.AreEqual("a", Read(ImageFolder.Load(folder.Path)).Single().Label);
    }

    [TestMethod]
    [DataRow("-dash.jpg")]
    [DataRow("UPPER.JPG")]
    [DataRow("two.dots.jpeg")]
    [DataRow("name with  spaces.jpg")]
    [DataRow("naïve_犬_🐶.jpg")]
    [DataRow("quote'and,comma;semi.jpg")]
    [DataRow("deeper/still deeper/1.webp")]
    [DataRow("scan.tiff")]
    [DataRow("old.DIB")]
    [DataRow("undecoded.jxl")]
    [DataRow("undecoded.hif")]
    public void ImageFilesOfAnyNameAreListed(string name)
    {
        using var folder = WithFiles("a/" + name);

        Assert.AreEqual(Path.Combine(folder.Path, "a", name), Read(ImageFolder.Load(folder.Path)).Single().Path);
    }

    [TestMethod]
    public void LinkedFilesAndClassesCountButLinksAreNotFollowedInCircles()
    {
        using var folder = WithFiles("a/1.jpg");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "a", "link.jpg"), Path.Combine(folder.Path, "a", "1.jpg"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "a", "up"), folder.Path);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "b"), Path.Combine(folder.Path, "a"));

        var rows = Read(ImageFolder.Load(folder.Path));

        CollectionAssert.AreEqual(
            new[] { "a/1.jpg", "a/link.jpg", "b/1.jpg", "b/link.jpg" },
            rows.Select(row => Path.GetRelativePath(folder.Path, row.Path).Replace('\\', '/')).ToArray());
    }

    [TestMethod]
    public void PathsBeginWithTheFolderAsGiven()
    {
        using var folder = WithFiles("a/1.jpg");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, folder.Path);

        Assert.AreEqual(Path.Combine(relative, "a", "1.jpg"), Read(ImageFolder.Load(relative)).Single().Path);
    }

    [TestMethod]
    public void AMissingFolderIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ImageFolder.Load("no such folder"));

        Assert.StartsWith(
            "'no such folder' does not exist, but a folder with one sub-folder of images per class was expected.", error.Message);
    }

    [TestMethod]
    public void AFileInsteadOfAFolderIsNamed()
    {
        using var folder = WithFiles("1.jpg");
        var path = Path.Combine(folder.Path, "1.jpg");

        var error = Assert.ThrowsExactly<ArgumentException>(() => ImageFolder.Load(path));

        Assert.StartsWith($"'{path}' is a file", error.Message);
    }

    [TestMethod]
    public void AFolderWithoutClassFoldersIsRefused()
    {
        using var folder = WithFiles("1.jpg");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageFolder.Load(folder.Path));

        Assert.StartsWith($"'{folder.Path}': there are no sub-folders, but one per class is needed.", error.Message);
    }

    [TestMethod]
    public void ClassFoldersWithoutImagesAreNamed()
    {
        using var folder = WithFiles("a/1.jpg", "b/notes.txt", "c/.hidden.jpg", "d/1.png");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageFolder.Load(folder.Path));

        Assert.StartsWith($"'{folder.Path}': 2 of 4 class folders have no image: 'b', 'c'.", error.Message);
    }

    [TestMethod]
    public void TheRowCountIsKnownAfterTheFirstPass()
    {
        using var folder = WithFiles("a/1.jpg", "a/2.jpg", "b/1.jpg");
        var view = ImageFolder.Load(folder.Path);
        var before = view.GetRowCount();

        Read(view);

        Assert.IsNull(before);
        Assert.AreEqual(3, view.GetRowCount());
    }

    [TestMethod]
    public void FilesAreListedClassByClassWhileRowsAreRead()
    {
        using var folder = WithFiles("a/1.jpg", "b/1.jpg");
        var view = ImageFolder.Load(folder.Path);
        using var cursor = view.GetRowCursor(view.Schema);
        Assert.IsTrue(cursor.MoveNext());

        folder.Write("b/2.jpg");

        Assert.IsTrue(cursor.MoveNext());
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void ShufflingPermutesTheRowsAndKeepsTheirIds()
    {
        using var folder = WithFiles([.. Enumerable.Range(0, 30).Select(i => $"{"abc"[i % 3]}/{i}.jpg")]);
        var view = ImageFolder.Load(folder.Path);

        var inOrder = Read(view);
        var shuffled = Read(view, new Random(1));
        var again = Read(view, new Random(1));

        Assert.IsTrue(view.CanShuffle);
        CollectionAssert.AreEqual(shuffled, again);
        CollectionAssert.AreNotEqual(inOrder, shuffled);
        CollectionAssert.AreEqual(inOrder, shuffled.OrderBy(row => row.Id).ToArray());
    }

    [TestMethod]
    public void AColumnThatWasNotAskedForIsInactive()
    {
        using var folder = WithFiles("a/1.jpg");
        var view = ImageFolder.Load(folder.Path);

        using var cursor = view.GetRowCursor([view.Schema["Label"]]);

        Assert.IsFalse(cursor.IsColumnActive(view.Schema["ImagePath"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ImagePath"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Label"]));
    }

    [TestMethod]
    public void AGetterNeedsARow()
    {
        using var folder = WithFiles("a/1.jpg");
        var view = ImageFolder.Load(folder.Path);
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        var value = default(ReadOnlyMemory<char>);

        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
        Assert.IsTrue(cursor.MoveNext());
        getter(ref value);
        Assert.AreEqual("a", value.ToString());
        Assert.IsFalse(cursor.MoveNext());
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref value));
    }

    private static TemporaryFolder WithFiles(params string[] names)
    {
        var folder = new TemporaryFolder();
        foreach (var name in names)
            folder.Write(name);
        return folder;
    }

    private static (string Path, string Label, DataViewRowId Id)[] Read(IDataView view, Random? random = null)
    {
        using var cursor = view.GetRowCursor(view.Schema, random);
        var getPath = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ImagePath"]);
        var getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Label"]);
        var getId = cursor.GetIdGetter();
        var rows = new List<(string, string, DataViewRowId)>();
        while (cursor.MoveNext())
        {
            var (path, label, id) = (default(ReadOnlyMemory<char>), default(ReadOnlyMemory<char>), default(DataViewRowId));
            getPath(ref path);
            getLabel(ref label);
            getId(ref id);
            rows.Add((path.ToString(), label.ToString(), id));
        }
        return [.. rows];
    }
}
