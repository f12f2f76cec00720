using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>What docs/mlnet-faq.md says of ML.NET and of this library beside it: a version that behaves otherwise shows here.</summary>
[TestClass]
public sealed class DocumentedBehaviorTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void FillTakesTheNearestPixelWhereTheOtherKindsBlendAndTheLibraryAverages()
    {
        // A board of black and white cells of one pixel, halved.
        using var board = Board(64);
        using var own = ImageResizer.Resize(ImageDecoder.FromMLImage(board), 32, 32, Interpolation.Bilinear);

        var blended = Resized(board, ImageResizingEstimator.ResizingKind.IsoCrop);

        Assert.IsTrue(Resized(board, ImageResizingEstimator.ResizingKind.Fill).All(pixel => pixel is 0 or 255));
        Assert.IsTrue(blended.All(pixel => pixel is > 100 and < 155));
        Assert.IsTrue(own.PixelSpan.ToArray().All(pixel => pixel is > 100 and < 155));
    }

    [TestMethod]
    public void ShrunkALotResizeImagesLosesWhatTheLibraryAverages()
    {
        // One white column in eight, at the first place of the eight.
        using var columns = Drawn(64, (x, _) => x % 8 == 0 ? 255 : 0);
        using var own = ImageResizer.Resize(ImageDecoder.FromMLImage(columns), 8, 8, Interpolation.Bilinear);

        Assert.AreEqual(0, Resized(columns, ImageResizingEstimator.ResizingKind.IsoCrop, 8).Max());
        Assert.IsInRange(20, 45, own.PixelSpan.ToArray().Average(pixel => (double)pixel));
    }

    [TestMethod]
    public void TheCacheAndTheBinaryFormDropColumnsOfImages()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Images(2));
        using (var file = File.Create(folder.File("data.idv")))
            _mlContext.Data.SaveAsBinary(data, file);

        Assert.IsNotNull(data.Schema.GetColumnOrNull("Image"));
        Assert.IsNull(_mlContext.Data.Cache(data).Schema.GetColumnOrNull("Image"));
        Assert.IsNull(_mlContext.Data.LoadFromBinary(folder.File("data.idv")).Schema.GetColumnOrNull("Image"));
    }

    [TestMethod]
    public void AColumnOfLoadImagesCannotBeReadIntoAClass()
    {
        using var folder = new TemporaryFolder();
        var files = _mlContext.Data.LoadFromEnumerable(TestImages.Files(folder.Path, 3));
        var loaded = _mlContext.Transforms.LoadImages("Image", "", "Image").Fit(files).Transform(files);

        Assert.Throws<Exception>(() => _mlContext.Data.CreateEnumerable<TestImages.ImageRow>(loaded, reuseRowObject: false).First());
    }

    [TestMethod]
    public void TheLabelAsSamplingKeyPutsWholeClassesOnOneSide()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 60)));

        var split = _mlContext.Data.TrainTestSplit(data, testFraction: 0.4, samplingKeyColumnName: "Label");

        Assert.IsEmpty(Labels(split.TrainSet).Intersect(Labels(split.TestSet)));

        static string[] Labels(IDataView part) => [.. part.GetColumn<string>("Label")];
    }

    [TestMethod]
    public void AContextDoesNotFallBackToTheProcessor() => Assert.IsFalse(_mlContext.FallbackToCpu);

    private float[] Resized(MLImage image, ImageResizingEstimator.ResizingKind kind, int size = 32)
    {
        var data = _mlContext.Data.LoadFromEnumerable([new Row { Image = image }]);
        var pipeline = _mlContext.Transforms.ResizeImages("Small", size, size, nameof(Row.Image), kind)
            .Append(_mlContext.Transforms.ExtractPixels("Red", "Small", ImagePixelExtractingEstimator.ColorBits.Red));
        return pipeline.Fit(data).Transform(data).GetColumn<float[]>("Red").First();
    }

    private static MLImage Board(int size) => Drawn(size, (x, y) => (x + y) % 2 * 255);

    private static MLImage Drawn(int size, Func<int, int, int> gray) => DrawnPixels.Image(size, size, (x, y, _) => gray(x, y));

    private sealed class Row
    {
        [ImageType(64, 64)]
        public MLImage? Image { get; set; }
    }
}
