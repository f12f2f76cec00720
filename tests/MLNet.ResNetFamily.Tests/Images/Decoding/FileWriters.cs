using System.Buffers.Binary;
using BitMiracle.LibTiff.Classic;

namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>Writes files of formats that SkiaSharp only reads.</summary>
internal static class FileWriters
{
    /// <summary>24 bits a pixel, from the last row to the first, or from the first where <paramref name="isTopDown"/>.</summary>
    public static byte[] Bmp(RgbImage image, bool isTopDown = false)
    {
        var stride = (image.Width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * image.Height];
        "BM"u8.CopyTo(file);
        Words(file, 2, file.Length, 0, 54, 40, image.Width, isTopDown ? -image.Height : image.Height, 1 | 24 << 16);
        for (var i = 0; i < image.PixelSpan.Length; i++)
        {
            var (y, x, c) = (i / 3 / image.Width, i / 3 % image.Width, i % 3);
            file[54 + (isTopDown ? y : image.Height - 1 - y) * stride + x * 3 + 2 - c] = image.Pixels[i];
        }
        return file;
    }

    /// <summary>At most 256 colors, without compression.</summary>
    /// <param name="frames">Images of one size, each shown after the other.</param>
    /// <param name="transparent">A color of which nothing is shown.</param>
    public static byte[] Gif(IReadOnlyList<RgbImage> frames, RgbPixel? transparent = null)
    {
        var colors = frames.SelectMany(Pixels).Distinct().ToList();
        Assert.IsLessThanOrEqualTo(256, colors.Count);
        using var file = new MemoryStream();
        byte[] size = [(byte)frames[0].Width, (byte)(frames[0].Width >> 8), (byte)frames[0].Height, (byte)(frames[0].Height >> 8)];
        file.Write([.. "GIF89a"u8, .. size, 0xF7, 0, 0]);
        foreach (var color in colors.Concat(Enumerable.Repeat(default(RgbPixel), 256 - colors.Count)))
            file.Write([color.Red, color.Green, color.Blue]);
        foreach (var frame in frames)
        {
            if (transparent is { } clear)
                file.Write([0x21, 0xF9, 4, 1, 10, 0, (byte)colors.IndexOf(clear), 0]);
            file.Write([0x2C, 0, 0, 0, 0, .. size, 0, 8]);
            // Codes of 9 bits; the table is emptied before it would need a tenth.
            var bits = new List<bool>();
            foreach (var (pixel, number) in Pixels(frame).Select((pixel, number) => (pixel, number)))
            {
                if (number % 200 == 0)
                    Append(256);
                Append(colors.IndexOf(pixel));
            }
            Append(257);
            var codes = bits.Chunk(8).Select(chunk => (byte)chunk.Select((bit, place) => bit ? 1 << place : 0).Sum());
            foreach (var block in codes.Chunk(255))
                file.Write([(byte)block.Length, .. block]);
            file.WriteByte(0);

            void Append(int code) => bits.AddRange(Enumerable.Range(0, 9).Select(place => (code >> place & 1) == 1));
        }
        file.WriteByte(0x3B);
        return file.ToArray();
    }

    /// <summary>RGB of 8 bits a sample in one strip behind the directory, in which <paramref name="more"/> stands as well.</summary>
    public static byte[] Tiff(RgbImage image, params (int Tag, int Value)[] more)
    {
        var values = new SortedDictionary<int, int>
        {
            [256] = image.Width, [257] = image.Height, [258] = 8, [259] = 1, [262] = 2, [273] = 0, [277] = 3, [278] = image.Height,
            [279] = image.PixelSpan.Length,
        };
        foreach (var (tag, value) in more)
            values[tag] = value;
        var start = 8 + 2 + 12 * values.Count + 4;
        values[273] = values[273] == 0 ? start : values[273];
        var file = new byte[start];
        "II*\0"u8.CopyTo(file);
        Words(file, 4, 8, values.Count);
        foreach (var ((tag, value), number) in values.Select((entry, number) => (entry, number)))
            Words(file, 10 + 12 * number, tag | 4 << 16, 1, value);
        return [.. file, .. image.PixelSpan];
    }

    /// <summary>As LibTiff.NET writes it: the directory is behind the image data.</summary>
    public static byte[] Tiff(
        byte[] samples, int width, int height, int samplesPerPixel, int bits, Photometric photometric,
        Compression compression = Compression.NONE, bool isTiled = false)
    {
        using var stream = new MemoryStream();
        using (var tiff = BitMiracle.LibTiff.Classic.Tiff.ClientOpen("test", "w", stream, new OpenStream()))
        {
            tiff.SetField(TiffTag.IMAGEWIDTH, width);
            tiff.SetField(TiffTag.IMAGELENGTH, height);
            tiff.SetField(TiffTag.SAMPLESPERPIXEL, samplesPerPixel);
            tiff.SetField(TiffTag.BITSPERSAMPLE, bits);
            tiff.SetField(TiffTag.PHOTOMETRIC, photometric);
            tiff.SetField(TiffTag.COMPRESSION, compression);
            tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
            var stride = width * samplesPerPixel * bits / 8;
            if (isTiled)
            {
                tiff.SetField(TiffTag.TILEWIDTH, 16);
                tiff.SetField(TiffTag.TILELENGTH, 16);
                var pixel = samplesPerPixel * bits / 8;
                for (var (y, number) = (0, 0); y < height; y += 16)
                {
                    for (var x = 0; x < width; x += 16, number++)
                    {
                        var tile = new byte[16 * 16 * pixel];
                        for (var row = 0; row < Math.Min(16, height - y); row++)
                        {
                            samples.AsSpan((y + row) * stride + x * pixel, Math.Min(16, width - x) * pixel)
                                .CopyTo(tile.AsSpan(row * 16 * pixel));
                        }
                        tiff.WriteEncodedTile(number, tile, tile.Length);
                    }
                }
            }
            else
            {
                tiff.SetField(TiffTag.ROWSPERSTRIP, 10);
                for (var y = 0; y < height; y++)
                    tiff.WriteScanline(samples[(y * stride)..((y + 1) * stride)], y);
            }
        }
        return stream.ToArray();
    }

    private static IEnumerable<RgbPixel> Pixels(RgbImage image) =>
        image.PixelSpan.ToArray().Chunk(3).Select(pixel => new RgbPixel(pixel[0], pixel[1], pixel[2]));

    private static void Words(byte[] file, int offset, params int[] values)
    {
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
            offset += 4;
        }
    }

    private sealed class OpenStream : TiffStream
    {
        public override void Close(object clientData)
        {
        }
    }
}
