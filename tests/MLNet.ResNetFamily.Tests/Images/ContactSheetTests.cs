namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ContactSheetTests
{
    private static readonly Preprocessing Small = new() { ImageSize = 8, ResizeSize = 8 };

    [TestMethod]
    public void ARowShowsAnImageAsScoringSeesItAndThenVaried()
    {
        using var folder = new TemporaryFolder();
        var paths = new[] { Image(folder, "a.png", 20), Image(folder, "b.png", 30) };
        var sheetPath = Path.Combine(folder.Path, "sheet.png");

        ContactSheet.Save(sheetPath, paths, AugmentationOptions.Cifar, Small, variations: 3);

        using var sheet = new ImageFile(sheetPath).Decode(1_000_000);
        Assert.AreEqual((4 * 12 + 4, 2 * 12 + 4), (sheet.Width, sheet.Height));
        for (var row = 0; row < 2; row++)
        {
            using var image = new ImageFile(paths[row]).Decode(1_000_000);
            using var scored = new Preprocessor(Small).Crop(image);
            using var varied = new Augmentation(Small, AugmentationOptions.Cifar).Vary(image, Augmentation.RandomFor(1, 3, row));
            CollectionAssert.AreEqual(scored.PixelSpan.ToArray(), Cut(sheet, 4, 4 + 12 * row));
            CollectionAssert.AreEqual(varied.PixelSpan.ToArray(), Cut(sheet, 4 + 3 * 12, 4 + 12 * row));
        }
        CollectionAssert.AreEqual(new byte[] { 255, 255, 255 }, sheet.PixelSpan[..3].ToArray());
    }

    [TestMethod]
    public void AFileThatIsNoImageIsNamed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("notes.jpg", "no image"u8);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ContactSheet.Save(Path.Combine(folder.Path, "sheet.png"), [path]));

        Assert.Contains(path, error.Message);
        Assert.IsFalse(File.Exists(Path.Combine(folder.Path, "sheet.png")));
    }

    private static string Image(TemporaryFolder folder, string name, int width)
    {
        using var image = PatternImages.Pattern(width, 25);
        return folder.Write(name, ImageEncoder.Png(image));
    }

    private static byte[] Cut(RgbImage sheet, int left, int top) =>
        [.. Enumerable.Range(0, 8).SelectMany(y => sheet.PixelSpan.Slice(((top + y) * sheet.Width + left) * 3, 24).ToArray())];
}
