using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Tests.Weights;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public sealed class ExifTests
{
    private static readonly DecodeOptions Upright = new(10_000_000) { AppliesExifOrientation = true };

    public static IEnumerable<object[]> Files =>
        from name in new[] { "image.jpg", "image.png", "image.webp" }
        from orientation in Enumerable.Range(1, 8)
        select new object[] { name, orientation };

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void AnImageIsSetUprightOnlyWhenAskedFor(string name, int orientation)
    {
        using var folder = new TemporaryFolder();
        var bytes = Encode(name, Quarters(40, 24), orientation);
        var path = folder.Write(name, bytes);

        using var stored = new ImageFile(path).Decode(10_000_000);
        using var turned = new ImageFile(path).Decode(Upright);
        using var ofBytes = new EncodedImage(bytes, "row 1").Decode(Upright);

        Assert.AreEqual((40, 24), (stored.Width, stored.Height));
        Assert.AreEqual("abcd", Corners(stored));
        Assert.AreEqual(orientation < 5 ? (40, 24) : (24, 40), (turned.Width, turned.Height));
        Assert.AreEqual(
            orientation switch
            {
                1 => "abcd", 2 => "badc", 3 => "dcba", 4 => "cdab", 5 => "acbd", 6 => "cadb", 7 => "dbca", _ => "bdac",
            },
            Corners(turned));
        CollectionAssert.AreEqual(turned.PixelSpan.ToArray(), ofBytes.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(1600, 1200, 2)]
    [DataRow(1601, 1203, 1)]
    public void APhotographDecodedAtAPartOfItsSizeIsTurnedToo(int width, int height, int reduction)
    {
        var file = Encode("image.jpg", Quarters(width, height), 6);

        using var image = new EncodedImage(file, "row 1").Decode(Upright with { ShorterSide = 600 });

        Assert.AreEqual((height, width, reduction), (image.FullWidth, image.FullHeight, image.Reduction));
        Assert.AreEqual((height / reduction, width / reduction), (image.Width, image.Height));
        Assert.AreEqual("cadb", Corners(image));
    }

    [TestMethod]
    public void DamagedExifDataLeaveTheImageAsItIs()
    {
        var file = Encode("image.jpg", Quarters(40, 24), 6);
        file.AsSpan(20, 12).Fill(0xFF);

        using var image = new EncodedImage(file, "row 1").Decode(Upright);

        Assert.AreEqual("abcd", Corners(image));
    }

    [TestMethod]
    public void DamageIsRefusedOrDecodedButNeverCrashes()
    {
        var random = new Random(1);
        foreach (var name in new[] { "image.jpg", "image.png", "image.webp" })
        {
            var file = Encode(name, Quarters(40, 24), 6);
            for (var round = 0; round < 300; round++)
            {
                var damaged = file.ToArray();
                for (var i = 0; i < 1 + round % 8; i++)
                    damaged[random.Next(Math.Min(damaged.Length, 200))] = (byte)random.Next(256);
                try
                {
                    new EncodedImage(damaged, "damaged").Decode(Upright).Dispose();
                }
                catch (InvalidDataException error)
                {
                    Assert.StartsWith("'damaged': ", error.Message);
                }
            }
        }
    }

    [TestMethod]
    public void EveryOrientationIsThatOfPillow()
    {
        using var folder = new TemporaryFolder();
        var missing = PythonTorch.Run("""
            try:
                import numpy as np
                from PIL import Image, ImageOps
            except ImportError as error:
                print(error); sys.exit(0)
            pixels = np.random.default_rng(1).integers(0, 256, (4, 6, 3)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
            for orientation in range(1, 9):
                exif = Image.Exif()
                exif[274] = orientation
                for name in ('jpg', 'png', 'webp'):
                    path = f'{sys.argv[1]}/{orientation}.{name}'
                    Image.fromarray(pixels).save(path, exif=exif, quality=95, lossless=True)
                    image = ImageOps.exif_transpose(Image.open(path)).convert('RGB')
                    open(path + '.rgb', 'wb').write(np.asarray(image).tobytes())
            """, folder.Path);
        if (missing.Length > 0)
            Assert.Inconclusive($"Needs Pillow (on Debian: python3-pil): {missing}");

        foreach (var path in Directory.GetFiles(folder.Path).Where(path => !path.EndsWith(".rgb", StringComparison.Ordinal)))
        {
            using var image = new ImageFile(path).Decode(Upright);
            CollectionAssert.AreEqual(File.ReadAllBytes(path + ".rgb"), image.PixelSpan.ToArray(), Path.GetFileName(path));
        }
    }

    /// <summary>Phones turn the same photograph one way or another: a model that was trained upright scores all alike.</summary>
    [TestMethod]
    public void TheSavedModelScoresUprightWhenItWasTrainedSo()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(seed: 1);
        Row[] rows =
        [
            .. Enumerable.Range(0, 8).Select(i => new Row(
                folder.Write($"{i}.png", Encode("image.png", Quarters(16, 16 + i), orientation: 1 + i)), i % 2 == 0 ? "a" : "b")),
        ];
        var data = TinyClassifier.WithKey(mlContext, mlContext.Data.LoadFromEnumerable(rows));
        var options = TinyClassifier.Options with { Epochs = 1, AppliesExifOrientation = true, ImageColumnName = "Image" };
        using (var trained = mlContext.Transforms.ImageClassifier(options).Fit(data))
            mlContext.Model.Save(trained, data.Schema, folder.File("model.zip"));

        using var model = (ImageClassifierTransformer)mlContext.Model.Load(folder.File("model.zip"), out _);

        Assert.IsTrue(model.Preprocessing.AppliesExifOrientation);
        using var upright = new ImageFile(folder.File("5.png")).Decode(Upright);
        using var explained = model.Explain(folder.File("5.png")).ToOverlay();
        Assert.AreEqual((upright.Width, upright.Height), (explained.Width, explained.Height));
        var plain = folder.Write("upright.png", ImageEncoder.Png(upright));
        var scores = Scores(folder.File("5.png"), plain);
        CollectionAssert.AreEqual(scores[0], scores[1]);

        List<float[]> Scores(params string[] paths)
        {
            var images = TinyClassifier.WithKey(mlContext, mlContext.Data.LoadFromEnumerable(paths.Select(path => new Row(path, "a"))));
            return [.. model.Transform(images).GetColumn<float[]>("Score")];
        }
    }

    [TestMethod]
    public void AnMLImageHasNoOrientationLeftWhichTheLogSays()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(seed: 1);
        var lines = new List<string>();
        mlContext.Log += (_, line) => lines.Add(line.Message);
        var data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new Row(
            folder.Write($"{i}.png", Encode("image.png", Quarters(16, 16), orientation: 6)), i % 2 == 0 ? "a" : "b")));
        var pipeline = mlContext.Transforms.LoadImages("Loaded", null, "Image")
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append(mlContext.Transforms.ImageClassifier(
                TinyClassifier.Options with { Epochs = 1, ImageColumnName = "Loaded", AppliesExifOrientation = true }));

        using var model = pipeline.Fit(data);

        var said = "images of column 'Loaded' are decoded already: they have no EXIF orientation";
        Assert.IsTrue(lines.Any(line => line.Contains(said)));
        lines.Clear();
        var features = new ImageFeaturizerEstimator.Options
        {
            Backbone = TinyClassifier.Backbone, ImageColumnName = "Loaded", AppliesExifOrientation = true,
        };
        using var featurizer = mlContext.Transforms.ImageFeaturizer(features).Fit(model.Transform(data));
        Assert.IsTrue(lines.Any(line => line.Contains(said)));
    }

    private static RgbImage Quarters(int width, int height) =>
        PatternImages.Draw(width, height, (x, y, _) => (byte)((x < width / 2 ? 0 : 60) + (y < height / 2 ? 0 : 120)));

    /// <summary>The quarters from left to right and from top to bottom.</summary>
    private static string Corners(RgbImage image)
    {
        var (right, bottom) = (image.Width - 1, image.Height - 1);
        return new(
        [
            .. new[] { (0, 0), (right, 0), (0, bottom), (right, bottom) }
                .Select(place => (char)('a' + (image.Pixels[(place.Item2 * image.Width + place.Item1) * 3] + 30) / 60)),
        ]);
    }

    private static byte[] Encode(string name, RgbImage image, int orientation)
    {
        // Little-endian TIFF of one entry: tag 274, one short.
        byte[] exif = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        if (name == "image.jpg")
            return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(8 + exif.Length), .. "Exif\0\0"u8, .. exif, .. ImageEncoder.Jpeg(image)[2..]];
        if (name == "image.png")
        {
            var png = ImageEncoder.Png(image);
            byte[] content = [.. "eXIf"u8, .. exif];
            return [.. png[..33], .. BigEndian(exif.Length), .. content, .. BigEndian((int)Crc32.HashToUInt32(content)), .. png[33..]];
        }
        using var folder = new TemporaryFolder();
        using var source = ImageEncoder.ToMLImage(image);
        source.Save(folder.File(name));
        var simple = File.ReadAllBytes(folder.File(name))[12..];
        byte[] extended =
        [
            .. "WEBPVP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, (byte)(image.Width - 1), 0, 0, (byte)(image.Height - 1), 0, 0, .. simple,
            .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif,
        ];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(extended.Length), .. extended];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private sealed record Row(string Image, string Label);
}
