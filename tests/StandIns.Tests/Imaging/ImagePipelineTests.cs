using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using static Microsoft.ML.Transforms.Image.ImagePixelExtractingEstimator;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace MLNet.ResNetFamily.StandIns.Tests.Imaging;

[TestClass]
public class ImagePipelineTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void AnImageIsLoadedByItsPathAndTaggedWithIt()
    {
        using var folder = new TestFolder();
        var path = folder.Save("x.png", TestFolder.Gradient(6, 4));

        var loaded = Load(path);

        var (width, tag) = Single<MLImage, (int, string)>(loaded, "Image", image => (image.Width, image.Tag));
        Assert.AreEqual((6, path), (width, tag));
    }

    [TestMethod]
    public void NamesAreLookedUpInTheGivenFolder()
    {
        using var folder = new TestFolder();
        folder.Save("x.png", TestFolder.Gradient(6, 4));
        var data = Paths("x.png");

        var transformer = _mlContext.Transforms.LoadImages("Image", folder.Path, "Path").Fit(data);

        Assert.AreEqual(Path.GetFullPath(folder.Path), transformer.ImageFolder);
        Assert.AreEqual(6, Single<MLImage, int>(transformer.Transform(data), "Image", image => image.Width));
    }

    [TestMethod]
    public void AFolderThatDoesNotExistIsRefusedAtOnce() =>
        Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.LoadImages("Image", "no such folder", "Path"));

    [TestMethod]
    public void FilesAreReadOnlyWhenAGetterAsksForThem()
    {
        var loaded = Load("missing.png");

        using var cursor = loaded.GetRowCursor(loaded.Schema);
        var getter = cursor.GetGetter<MLImage>(loaded.Schema["Image"]);
        Assert.IsTrue(cursor.MoveNext());

        Assert.ThrowsExactly<FileNotFoundException>(() => { MLImage? image = null; getter(ref image!); });
    }

    [TestMethod]
    public void AnEmptyPathGivesNoImage() => Assert.IsTrue(Single<MLImage, bool>(Load(""), "Image", image => image is null));

    [TestMethod]
    public void TheImageOfARowLivesUntilTheNextOneOrTheEnd()
    {
        using var folder = new TestFolder();
        var loaded = Load(folder.Save("1.png", TestFolder.Gradient(6, 4)), folder.Save("2.png", TestFolder.Gradient(7, 4)));
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
    public void RawBytesAreTheFile()
    {
        using var folder = new TestFolder();
        var path = folder.Save("x.png", TestFolder.Gradient(6, 4));
        var data = Paths(path, "");

        var loaded = _mlContext.Transforms.LoadRawImageBytes("Bytes", null, "Path").Fit(data).Transform(data);

        var type = (VectorDataViewType)loaded.Schema["Bytes"].Type;
        Assert.AreEqual((NumberDataViewType.Byte, false), (type.ItemType, type.IsKnownSize));
        var rows = loaded.GetColumn<byte[]>("Bytes").ToArray();
        CollectionAssert.AreEqual(File.ReadAllBytes(path), rows[0]);
        Assert.AreEqual(0, rows[1].Length);
    }

    [TestMethod]
    public void ResizingGivesTheColumnItsSize()
    {
        var loaded = Load("x.png");
        var resized = _mlContext.Transforms.ResizeImages("Image", imageWidth: 8, imageHeight: 6).Fit(loaded).Transform(loaded);

        Assert.AreEqual(new ImageDataViewType(), loaded.Schema["Image"].Type);
        Assert.AreEqual(new ImageDataViewType(height: 6, width: 8), resized.Schema["Image"].Type);
    }

    [TestMethod]
    public void FillTakesTheNearestPixel()
    {
        var bgr = Resize(TestFolder.Draw(4, 4, (x, y) => ((byte)(x * 10), (byte)(y * 10), 7)), 2, 8, ResizingKind.Fill);

        for (var i = 0; i < 16; i++)
            CollectionAssert.AreEqual(new byte[] { 7, (byte)(i / 2 / 2 * 10), (byte)(i % 2 == 0 ? 0 : 20) }, bgr[(i * 3)..(i * 3 + 3)], $"pixel {i}");
    }

    [TestMethod]
    public void PadShowsAllAndPutsBlackBesideIt()
    {
        var bgr = Resize(TestFolder.Draw(8, 4, (_, _) => (200, 100, 50)), 8, 8, ResizingKind.IsoPad);

        for (var y = 0; y < 8; y++)
            CollectionAssert.AreEqual(y is >= 2 and < 6 ? new byte[] { 50, 100, 200 } : [0, 0, 0], bgr[((y * 8 + 3) * 3)..((y * 8 + 4) * 3)], $"row {y}");
    }

    [TestMethod]
    [DataRow(Anchor.Left, 0)]
    [DataRow(Anchor.Center, 8)]
    [DataRow(Anchor.Right, 16)]
    public void CropShowsThePartAtTheAnchor(Anchor anchor, int start)
    {
        // Wide: the sides are cropped. Turned: top and bottom are.
        var wide = Resize(TestFolder.Draw(24, 8, (x, _) => ((byte)(x * 10), 0, 0)), 8, 8, ResizingKind.IsoCrop, anchor);
        var turned = anchor switch { Anchor.Left => Anchor.Top, Anchor.Right => Anchor.Bottom, _ => anchor };
        var tall = Resize(TestFolder.Draw(8, 24, (_, y) => ((byte)(y * 10), 0, 0)), 8, 8, ResizingKind.IsoCrop, turned);

        for (var i = 0; i < 8; i++)
        {
            Assert.AreEqual((start + i) * 10, wide[i * 3 + 2], 1, $"column {i}");
            Assert.AreEqual((start + i) * 10, tall[i * 8 * 3 + 2], 1, $"row {i}");
        }
    }

    [TestMethod]
    public void CroppingToTheCentreIsTheDefault()
    {
        var bgr = Resize(TestFolder.Draw(24, 8, (x, _) => ((byte)(x * 10), 0, 0)), 8, 8, null);

        Assert.AreEqual(80, bgr[2], 1);
    }

    [TestMethod]
    [DataRow(ResizingKind.IsoCrop)]
    [DataRow(ResizingKind.IsoPad)]
    public void ShrinkingAverages(ResizingKind kind)
    {
        var bgr = Resize(TestFolder.Draw(64, 64, (x, y) => (x + y) % 2 == 0 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0)), 8, 8, kind);

        Assert.IsTrue(bgr.All(value => value is > 110 and < 145), string.Join(" ", bgr.Take(9)));
    }

    [TestMethod]
    public void AnImageOfTheWantedSizeIsHandedOnAsItIs()
    {
        var picture = TestFolder.Gradient(5, 5);
        var data = _mlContext.Data.LoadFromEnumerable([new Picture { Image = picture }]);
        var resized = _mlContext.Transforms.ResizeImages("Resized", 5, 5, "Image").Fit(data).Transform(data);

        Assert.IsTrue(Single<MLImage, bool>(resized, "Resized", image => ReferenceEquals(image, picture)));
    }

    [TestMethod]
    public void ResizingKeepsTheTag()
    {
        using var folder = new TestFolder();
        var path = folder.Save("x.png", TestFolder.Gradient(6, 4));
        var loaded = Load(path);
        var resized = _mlContext.Transforms.ResizeImages("Image", 3, 3).Fit(loaded).Transform(loaded);

        Assert.AreEqual(path, Single<MLImage, string>(resized, "Image", image => image.Tag));
    }

    [TestMethod]
    public void PixelsAreRedGreenAndBluePlanesByDefault()
    {
        var (values, type) = Extract<float>(new());

        CollectionAssert.AreEqual(new float[] { 11, 21, 31, 41, 51, 61, 12, 22, 32, 42, 52, 62, 13, 23, 33, 43, 53, 63 }, values);
        CollectionAssert.AreEqual(new[] { 3, 2, 3 }, type.Dimensions.ToArray());
        Assert.AreEqual(NumberDataViewType.Single, type.ItemType);
    }

    [TestMethod]
    public void InterleavedPixelsStandTogether()
    {
        var (values, type) = Extract<float>(new() { Interleave = true });

        CollectionAssert.AreEqual(new float[] { 11, 12, 13, 21, 22, 23, 31, 32, 33, 41, 42, 43, 51, 52, 53, 61, 62, 63 }, values);
        CollectionAssert.AreEqual(new[] { 2, 3, 3 }, type.Dimensions.ToArray());
    }

    [TestMethod]
    [DataRow(ColorsOrder.ARGB, ColorBits.Rgb, "11 12 13")]
    [DataRow(ColorsOrder.ARBG, ColorBits.Rgb, "11 13 12")]
    [DataRow(ColorsOrder.ABRG, ColorBits.Rgb, "13 11 12")]
    [DataRow(ColorsOrder.ABGR, ColorBits.Rgb, "13 12 11")]
    [DataRow(ColorsOrder.AGRB, ColorBits.Rgb, "12 11 13")]
    [DataRow(ColorsOrder.AGBR, ColorBits.Rgb, "12 13 11")]
    [DataRow(ColorsOrder.ABGR, ColorBits.All, "255 13 12 11")]
    [DataRow(ColorsOrder.ARGB, ColorBits.Green, "12")]
    [DataRow(ColorsOrder.ABGR, ColorBits.Red | ColorBits.Blue, "13 11")]
    public void OrderAndChoiceOfColoursAreAsAsked(ColorsOrder order, ColorBits colors, string firstPixel)
    {
        var (interleaved, _) = Extract<float>(new() { Order = order, Colors = colors, Interleave = true });
        var (planes, type) = Extract<float>(new() { Order = order, Colors = colors });

        var channels = firstPixel.Split(' ').Length;
        Assert.AreEqual(firstPixel, string.Join(" ", interleaved.Take(channels)));
        Assert.AreEqual(firstPixel, string.Join(" ", planes.Where((_, i) => i % 6 == 0)));
        Assert.AreEqual(channels, type.Dimensions[0]);
    }

    [TestMethod]
    public void TheOffsetIsTakenAwayBeforeScaling()
    {
        var (values, _) = Extract<float>(new() { Offset = 10, Scale = 0.5f });

        CollectionAssert.AreEqual(new[] { 0.5f, 5.5f, 10.5f }, values[..3]);
    }

    [TestMethod]
    public void BytesIgnoreOffsetAndScale()
    {
        var (values, type) = Extract<byte>(new() { Offset = 10, Scale = 0.5f, AsFloat = false });

        CollectionAssert.AreEqual(new byte[] { 11, 21, 31 }, values[..3]);
        Assert.AreEqual(NumberDataViewType.Byte, type.ItemType);
    }

    [TestMethod]
    public void PixelsNeedImagesOfAKnownSize()
    {
        var loaded = Load("x.png");

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ExtractPixels("Pixels", "Image").Fit(loaded));

        Assert.Contains("Schema mismatch for input column 'Image': expected known-size image, got unknown-size image", error.Message);
    }

    [TestMethod]
    public void AMissingOrWrongInputColumnIsNamed()
    {
        var data = Paths("x.png");

        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.LoadImages("Image", null, "Nowhere").Fit(data));
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ResizeImages("Image", 8, 8, "Path").Fit(data));
        var number = Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.LoadImages("Image", null, "Number").Fit(data));

        Assert.Contains("Could not find input column 'Nowhere'", missing.Message);
        Assert.Contains("Schema mismatch for input column 'Path': expected image, got String", wrong.Message);
        Assert.Contains("Schema mismatch for input column 'Number': expected String, got Single", number.Message);
    }

    [TestMethod]
    public void AChainIsRefusedBeforeItIsFittedWhereTypesDoNotFit()
    {
        var chain = _mlContext.Transforms.LoadImages("Image", null, "Path")
            .Append(_mlContext.Transforms.ResizeImages("Image", 8, 8, "Path"));

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => chain.Fit(Paths("x.png")));

        Assert.Contains("Schema mismatch for input column 'Path': expected Image, got String", error.Message);
    }

    [TestMethod]
    public void OnlyWhatIsAskedForIsComputed()
    {
        using var folder = new TestFolder();
        var data = Paths(folder.Save("x.png", TestFolder.Gradient(6, 4)), "missing.png");
        var pixels = Pixels(8).Fit(data).Transform(data);

        Assert.AreEqual(2, pixels.GetColumn<string>("Path").Count());
    }

    [TestMethod]
    public void ASavedPipelineGivesTheSamePixels()
    {
        using var folder = new TestFolder();
        var data = Paths(folder.Save("x.png", TestFolder.Gradient(30, 20)));
        var chain = Pixels(8).Append(_mlContext.Transforms.LoadRawImageBytes("Bytes", folder.Path, "Path"));
        var model = chain.Fit(data);
        _mlContext.Model.Save(model, data.Schema, folder.File("model.zip"));

        var loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);

        var (before, after) = (model.Transform(data), loaded.Transform(data));
        CollectionAssert.AreEqual(before.GetColumn<float[]>("Pixels").Single(), after.GetColumn<float[]>("Pixels").Single());
        CollectionAssert.AreEqual(before.GetColumn<byte[]>("Bytes").Single(), after.GetColumn<byte[]>("Bytes").Single());
        Assert.AreEqual(before.Schema["Pixels"].Type, after.Schema["Pixels"].Type);
    }

    [TestMethod]
    public void APredictionEngineTakesAnImage()
    {
        var data = _mlContext.Data.LoadFromEnumerable(new List<Picture>());
        var model = _mlContext.Transforms.ResizeImages("Image", 4, 4)
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image")).Fit(data);
        using var engine = _mlContext.Model.CreatePredictionEngine<Picture, PixelVector>(model);

        var prediction = engine.Predict(new Picture { Image = TestFolder.Draw(9, 9, (_, _) => (1, 2, 3)) });

        CollectionAssert.AreEqual(Enumerable.Range(0, 48).Select(i => i / 16 + 1f).ToArray(), prediction.Pixels);
    }

    [TestMethod]
    public void ImageTypesAreEqualWhenTheirSizesAre()
    {
        Assert.IsTrue(new ImageDataViewType(3, 4).Equals(new ImageDataViewType(3, 4)));
        Assert.IsFalse(new ImageDataViewType(3, 4).Equals(new ImageDataViewType(4, 3)));
        Assert.AreEqual("Image<3, 4>", new ImageDataViewType(3, 4).ToString());
        Assert.AreEqual("Image", new ImageDataViewType().ToString());
        Assert.AreEqual(typeof(MLImage), new ImageDataViewType().RawType);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataViewType(0, 4));
        Assert.IsTrue(new ImageTypeAttribute(3, 4).Equals(new ImageTypeAttribute(3, 4)));
        Assert.IsFalse(new ImageTypeAttribute(3, 4).Equals(new ImageTypeAttribute()));
    }

    private IDataView Paths(params string[] paths) => _mlContext.Data.LoadFromEnumerable(paths.Select(path => new PathRow { Path = path }).ToList());

    private IDataView Load(params string[] paths)
    {
        var data = Paths(paths);
        return _mlContext.Transforms.LoadImages("Image", null, "Path").Fit(data).Transform(data);
    }

    private EstimatorChain<ImagePixelExtractingTransformer> Pixels(int size) =>
        _mlContext.Transforms.LoadImages("Image", null, "Path")
            .Append(_mlContext.Transforms.ResizeImages("Image", size, size))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image", ColorBits.All, ColorsOrder.ABGR, offsetImage: 3, scaleImage: 0.25f));

    private byte[] Resize(MLImage picture, int width, int height, ResizingKind? kind, Anchor anchor = Anchor.Center)
    {
        using var folder = new TestFolder();
        var loaded = Load(folder.Save("x.png", picture));
        var estimator = kind is { } given
            ? _mlContext.Transforms.ResizeImages("Image", width, height, resizing: given, cropAnchor: anchor)
            : _mlContext.Transforms.ResizeImages("Image", width, height);
        return Single<MLImage, byte[]>(estimator.Fit(loaded).Transform(loaded), "Image", image => image.GetBGRPixels);
    }

    /// <summary>Of a picture of 3 x 2 pixels whose values tell pixel (tens) and colour (ones: 1 red, 2 green, 3 blue).</summary>
    private (T[] Values, VectorDataViewType Type) Extract<T>(Extraction how)
    {
        using var folder = new TestFolder();
        var path = folder.Save("x.png", TestFolder.Draw(3, 2, (x, y) =>
        {
            var tens = (y * 3 + x + 1) * 10;
            return ((byte)(tens + 1), (byte)(tens + 2), (byte)(tens + 3));
        }));
        var data = Paths(path);
        var pixels = _mlContext.Transforms.LoadImages("Image", null, "Path")
            .Append(_mlContext.Transforms.ResizeImages("Image", 3, 2))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image", how.Colors, how.Order, how.Interleave, how.Offset, how.Scale, how.AsFloat))
            .Fit(data).Transform(data);
        return (pixels.GetColumn<T[]>("Pixels").Single(), (VectorDataViewType)pixels.Schema["Pixels"].Type);
    }

    private static TResult Single<TValue, TResult>(IDataView view, string columnName, Func<TValue, TResult> look)
    {
        var column = view.Schema[columnName];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<TValue>(column);
        TValue value = default!;
        Assert.IsTrue(cursor.MoveNext());
        getter(ref value);
        return look(value);
    }

    private sealed class Extraction
    {
        public ColorBits Colors { get; init; } = ColorBits.Rgb;

        public ColorsOrder Order { get; init; } = ColorsOrder.ARGB;

        public bool Interleave { get; init; }

        public float Offset { get; init; }

        public float Scale { get; init; } = 1;

        public bool AsFloat { get; init; } = true;
    }

    private sealed class PathRow
    {
        public string Path { get; set; } = "";

        public float Number { get; set; }
    }

    private sealed class Picture
    {
        [ImageType(5, 5)]
        public MLImage? Image { get; set; }
    }

    private sealed class PixelVector
    {
        public float[] Pixels { get; set; } = [];
    }
}
