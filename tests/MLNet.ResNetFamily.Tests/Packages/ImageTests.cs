using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>ML.NET's images, and the steps that make an image column: what they hold, how long it lives, how they fail.</summary>
[TestClass]
public sealed class ImageTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void PixelsAreKeptAsGiven(MLPixelFormat format)
    {
        byte[] pixels = [1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255, 16, 17, 18, 255];

        using var image = MLImage.CreateFromPixels(3, 2, format, pixels);

        CollectionAssert.AreEqual(pixels, image.Pixels.ToArray());
        Assert.AreEqual((3, 2, format), (image.Width, image.Height, image.PixelFormat));
    }

    /// <summary>Reports write their JPEG files so.</summary>
    [TestMethod]
    [DataRow("image.png", 0)]
    [DataRow("image.webp", 0)]
    [DataRow("image.jpg", 8)]
    public void ASavedImageIsReadBack(string name, int tolerance)
    {
        using var folder = new TemporaryFolder();
        using var image = Gradient(64, 32);

        image.Save(folder.File(name));
        using var stream = File.OpenRead(folder.File(name));
        using var read = MLImage.CreateFromStream(stream);

        Assert.AreEqual((64, 32), (read.Width, read.Height));
        foreach (var (expected, found) in image.GetBGRPixels.Zip(read.GetBGRPixels))
            Assert.AreEqual(expected, found, tolerance);
    }

    [TestMethod]
    public void ColorsCountAsMultipliedByTheirAlpha()
    {
        using var folder = new TemporaryFolder();
        using (var half = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [100, 50, 20, 128, 200, 200, 200, 0]))
            half.Save(folder.File("half.png"));

        using var read = MLImage.CreateFromFile(folder.File("half.png"));

        var green = read.Pixels[1];
        Assert.AreEqual(50, green, 1);
        Assert.AreEqual(0, read.Pixels[5]);
    }

    [TestMethod]
    [DataRow(new byte[0])]
    [DataRow(new byte[] { 0xFF, 0xD8, 0xFF, 0xE0 })]
    [DataRow(new byte[] { (byte)'t', (byte)'e', (byte)'x', (byte)'t' })]
    public void BytesOfNoImageAreAnArgumentException(byte[] bytes) =>
        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream(bytes)));

    [TestMethod]
    public void ADisposedImageSaysSo()
    {
        var image = Gradient(4, 4);

        image.Dispose();

        Assert.AreEqual("Object is disposed.", Assert.ThrowsExactly<InvalidOperationException>(() => image.Width).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => image.Pixels.Length);
    }

    [TestMethod]
    public void ALoadedAndAResizedImageAreTaggedWithTheirPath()
    {
        using var folder = new TemporaryFolder();
        var path = Save(folder, "image.png", 6, 4);
        var loaded = Load(path);
        var resized = _mlContext.Transforms.ResizeImages("Image", 3, 3).Fit(loaded).Transform(loaded);

        Assert.AreEqual((6, 4, path), First(loaded, image => (image!.Width, image.Height, image.Tag)));
        Assert.AreEqual((3, 3, path), First(resized, image => (image!.Width, image.Height, image.Tag)));
    }

    [TestMethod]
    public void AnEmptyPathGivesNoImage() => Assert.IsTrue(First(Load(""), image => image is null));

    [TestMethod]
    public void AFileIsReadOnlyWhenAGetterAsksForIt()
    {
        var loaded = Load("missing.png");
        using var cursor = loaded.GetRowCursor(loaded.Schema);
        var getter = cursor.GetGetter<MLImage?>(loaded.Schema["Image"]);
        MLImage? image = null;

        Assert.IsTrue(cursor.MoveNext());

        Assert.ThrowsExactly<FileNotFoundException>(() => getter(ref image));
    }

    /// <summary>So what is decoded must be copied before the cursor moves on, and the same variable be handed over.</summary>
    [TestMethod]
    public void AnImageLivesUntilTheGetterGivesTheNextOneOrTheCursorEnds()
    {
        using var folder = new TemporaryFolder();
        var loaded = Load(Save(folder, "1.png", 6, 4), Save(folder, "2.png", 7, 4));
        var cursor = loaded.GetRowCursor(loaded.Schema);
        var getter = cursor.GetGetter<MLImage>(loaded.Schema["Image"]);
        MLImage image = null!;

        cursor.MoveNext();
        getter(ref image);
        var first = image;
        Assert.AreEqual(6, first.Width);
        cursor.MoveNext();
        getter(ref image);

        Assert.ThrowsExactly<InvalidOperationException>(() => first.Width);
        Assert.AreEqual(7, image.Width);
        cursor.Dispose();
        Assert.ThrowsExactly<InvalidOperationException>(() => image.Width);
    }

    [TestMethod]
    public void RawBytesAreThoseOfTheFileAndNoneForAnEmptyPath()
    {
        using var folder = new TemporaryFolder();
        var path = Save(folder, "image.png", 6, 4);
        var data = Paths(path, "");

        var loaded = _mlContext.Transforms.LoadRawImageBytes("Bytes", null, "Path").Fit(data).Transform(data);

        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte), loaded.Schema["Bytes"].Type);
        var rows = loaded.GetColumn<byte[]>("Bytes").ToArray();
        CollectionAssert.AreEqual(File.ReadAllBytes(path), rows[0]);
        Assert.IsEmpty(rows[1]);
    }

    [TestMethod]
    public void ExtractedPixelsArePlanesOfRedGreenAndBlue()
    {
        var rgba = Enumerable.Range(1, 6)
            .SelectMany(pixel => new[] { (byte)(pixel * 10 + 1), (byte)(pixel * 10 + 2), (byte)(pixel * 10 + 3), byte.MaxValue }).ToArray();
        using var image = MLImage.CreateFromPixels(3, 2, MLPixelFormat.Rgba32, rgba);
        var data = _mlContext.Data.LoadFromEnumerable([new ImageRow { Image = image }]);

        var pixels = _mlContext.Transforms.ExtractPixels("Pixels", "Image").Fit(data).Transform(data);

        CollectionAssert.AreEqual(
            new float[] { 11, 21, 31, 41, 51, 61, 12, 22, 32, 42, 52, 62, 13, 23, 33, 43, 53, 63 },
            pixels.GetColumn<float[]>("Pixels").Single());
        var type = (VectorDataViewType)pixels.Schema["Pixels"].Type;
        Assert.IsTrue(type.Dimensions.SequenceEqual(ImmutableArray.Create(3, 2, 3)), type.ToString());
        Assert.AreEqual(NumberDataViewType.Single, type.ItemType);
    }

    private static MLImage Gradient(int width, int height) => DrawnPixels.Image(
        width, height, (x, y, channel) => channel switch { 0 => x * 255 / width, 1 => y * 255 / height, _ => 90 });

    private static string Save(TemporaryFolder folder, string name, int width, int height)
    {
        using var image = Gradient(width, height);
        image.Save(folder.File(name));
        return folder.File(name);
    }

    private static T First<T>(IDataView images, Func<MLImage?, T> look)
    {
        var column = images.Schema["Image"];
        using var cursor = images.GetRowCursor([column]);
        var getter = cursor.GetGetter<MLImage?>(column);
        MLImage? image = null;
        cursor.MoveNext();
        getter(ref image);
        return look(image);
    }

    private IDataView Paths(params string[] paths) =>
        _mlContext.Data.LoadFromEnumerable(paths.Select(path => new PathRow { Path = path }).ToList());

    private IDataView Load(params string[] paths)
    {
        var data = Paths(paths);
        return _mlContext.Transforms.LoadImages("Image", null, "Path").Fit(data).Transform(data);
    }

    private sealed class PathRow
    {
        public string Path { get; set; } = "";
    }

    private sealed class ImageRow
    {
        [ImageType(2, 3)]
        public MLImage? Image { get; set; }
    }
}
