using Microsoft.ML;
using MLNet.ResNetFamily.Tests.Weights;

namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>
/// Files of many kinds, written and decoded by Pillow, which lays transparency over black: the pixels are the same here, whichever way they
/// come.
/// </summary>
[TestClass]
public sealed class PillowParityTests
{
    private const string Script = """
        import glob, os
        try:
            import numpy as np
            from PIL import Image
        except ImportError as error:
            print(error); sys.exit(0)
        folder, (width, height) = sys.argv[1], (61, 45)
        y, x, c = np.mgrid[0:height, 0:width, 0:4]
        noise = np.random.default_rng(1).integers(-9, 10, (height, width, 4))
        rgba = Image.fromarray(np.clip(128 + 90 * np.sin(x / 9 + c) * np.cos(y / 7 - c) + noise, 0, 255).astype(np.uint8), 'RGBA')
        rgb = rgba.convert('RGB')
        def save(name, image, **options): image.save(f'{folder}/{name}', **options)
        for subsampling in (0, 1, 2):
            for progressive in (False, True):
                save(f'{subsampling}{progressive}.jpg', rgb, subsampling=subsampling, progressive=progressive)
        save('rough.jpg', rgb, quality=20)
        save('fine.jpg', rgb, quality=98)
        save('gray.jpg', rgb.convert('L'))
        save('cmyk.jpg', rgb.convert('CMYK'))
        save('rgb.png', rgb)
        save('rgba.png', rgba)
        save('gray.png', rgb.convert('L'))
        save('grayalpha.png', rgba.convert('LA'))
        save('onebit.png', rgb.convert('1'))
        save('palette.png', rgb.quantize(16))
        save('palettealpha.png', rgb.quantize(16), transparency=bytes(range(0, 256, 16)))
        save('colorkey.png', rgb, transparency=rgb.getpixel((3, 3)))
        save('lossy.webp', rgb, quality=80)
        save('lossyalpha.webp', rgba, quality=80)
        save('lossless.webp', rgb, lossless=True)
        save('losslessalpha.webp', rgba, lossless=True, exact=True)
        for name, image in dict(rgb=rgb, gray=rgb.convert('L'), onebit=rgb.convert('1'), palette=rgb.quantize(64)).items():
            save(name + '.bmp', image)
            if image.mode != 'RGB': save(name + '.gif', image)
            for compression in ('raw', 'tiff_lzw', 'tiff_adobe_deflate', 'packbits'):
                save(f'{name}.{compression}.tif', image, compression=compression)
        save('transparent.gif', rgb.quantize(16), transparency=3)
        save('animated.gif', rgb.quantize(16), save_all=True, append_images=[rgb.convert('L').quantize(16)])
        save('group4.tif', rgb.convert('1'), compression='group4')
        save('rgba.tif', rgba)
        save('grayalpha.tif', rgba.convert('LA'))
        save('cmyk.tif', rgb.convert('CMYK'))
        save('jpeg.tif', rgb, compression='jpeg', quality=95)
        for orientation in range(1, 9):
            save(f'{orientation}.tif', rgb, tiffinfo={274: orientation})
        for path in glob.glob(folder + '/*.*'):
            image = Image.open(path)
            image.load()
            if 'A' in image.mode or 'transparency' in image.info:
                image = image.convert('RGBA')
                image = Image.alpha_composite(Image.new('RGBA', image.size, (0, 0, 0, 255)), image)
            open(path + '.rgb', 'wb').write(np.asarray(image.convert('RGB')).tobytes())
            open(path + '.gray', 'wb').write(np.asarray(image.convert('RGB').convert('L')).tobytes())
        """;

    private static TemporaryFolder _folder = null!;
    private static string[] _files = [];
    private static string _missing = "";

    [ClassInitialize]
    public static void WriteFiles(TestContext context)
    {
        _folder = new();
        foreach (var (name, colorType) in new[] { ("rgb16.png", 2), ("grayalpha16.png", 4), ("rgba16.png", 6) })
        {
            foreach (var isInterlaced in new[] { false, true })
            {
                _folder.Write($"{isInterlaced}{name}", new PngWriter(61, 45, 16, colorType) { IsInterlaced = isInterlaced }
                    .Write((x, y, c) => (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) & 0xFFFF));
            }
        }
        _missing = PythonTorch.Run(Script, _folder.Path);
        _files = [.. Directory.GetFiles(_folder.Path).Where(path => Path.GetExtension(path) is not (".rgb" or ".gray"))
            .Order(StringComparer.Ordinal)];
    }

    [ClassCleanup]
    public static void Delete() => _folder?.Dispose();

    [TestInitialize]
    public void NeedsPillow()
    {
        if (_missing.Length > 0)
            Assert.Inconclusive($"Needs Pillow (on Debian: python3-pil): {_missing}");
    }

    [TestMethod]
    public void EveryPixelIsThatOfPillow()
    {
        foreach (var path in _files)
        {
            using var image = new ImageFile(path).Decode(1_000_000);

            var expected = File.ReadAllBytes(path + ".rgb");
            Assert.HasCount(expected.Length, image.PixelSpan.ToArray());
            // libwebp rounds down when it multiplies by alpha.
            var tolerance = path.EndsWith("alpha.webp", StringComparison.Ordinal) ? 1 : 0;
            // LibTiff.NET rounds CMYK down.
            if (Path.GetFileName(path) == "cmyk.tif")
                tolerance = 1;
            for (var i = 0; i < expected.Length; i++)
                Assert.IsLessThanOrEqualTo(tolerance, Math.Abs(expected[i] - image.Pixels[i]), $"{Path.GetFileName(path)}, value {i}");
        }
    }

    [TestMethod]
    public void EveryGrayIsThatOfPillow()
    {
        foreach (var path in _files)
        {
            using var image = new ImageFile(path).Decode(new DecodeOptions(1_000_000) { Channels = 1 });

            var expected = File.ReadAllBytes(path + ".gray");
            Assert.AreEqual((3 * expected.Length, 1), (image.PixelSpan.Length, image.ChannelCount));
            var tolerance = path.EndsWith("alpha.webp", StringComparison.Ordinal) || Path.GetFileName(path) == "cmyk.tif" ? 1 : 0;
            for (var i = 0; i < image.PixelSpan.Length; i++)
                Assert.IsLessThanOrEqualTo(tolerance, Math.Abs(expected[i / 3] - image.Pixels[i]), $"{Path.GetFileName(path)}, value {i}");
        }
    }

    [TestMethod]
    public void EveryColumnTypeGivesTheSamePixels()
    {
        var mlContext = new MLContext(seed: 1);
        // ML.NET's LoadImages does not read TIFF.
        var files = _files.Where(path => !path.EndsWith(".tif", StringComparison.Ordinal)).ToArray();
        var paths = mlContext.Data.LoadFromEnumerable(files.Select(path => new Row { Path = path }));

        var data = mlContext.Transforms.LoadImages("Image", null, "Path")
            .Append(mlContext.Transforms.LoadRawImageBytes("Bytes", null, "Path"))
            .Append(mlContext.Transforms.ResizeImages("Sized", 61, 45, "Image"))
            .Append(mlContext.Transforms.ExtractPixels("Planes", "Sized"))
            .Fit(paths).Transform(paths);

        var expected = Read(data, "Path");
        foreach (var column in new[] { "Bytes", "Image", "Planes" })
        {
            foreach (var ((path, pixels), found) in files.Zip(expected).Zip(Read(data, column)))
                CollectionAssert.AreEqual(pixels, found, $"column '{column}', {Path.GetFileName(path)}");
        }
    }

    private static List<byte[]> Read(IDataView data, string name)
    {
        var column = ImageColumn.Find(data.Schema, name);
        using var cursor = data.GetRowCursor([data.Schema[name]]);
        var read = column.CreateReader(cursor);
        var images = new List<byte[]>();
        while (cursor.MoveNext())
        {
            using var image = read().Decode(1_000_000);
            images.Add(image.PixelSpan.ToArray());
        }
        return images;
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";
    }
}
