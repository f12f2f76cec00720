using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>Writes PNG files of any kind, sound or not, so that a test can decide what is in them.</summary>
internal sealed class PngWriter(int width, int height, int bitDepth, int colorType)
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>The filter of a row; the rows take turns by default.</summary>
    public Func<int, int> Filter { get; init; } = row => row % 5;

    public bool IsInterlaced { get; init; }

    public byte[]? Palette { get; init; }

    /// <summary>Longest data chunk.</summary>
    public int ChunkLength { get; init; } = 1 << 20;

    /// <summary>Rows that are left out at the end.</summary>
    public int MissingRows { get; init; }

    /// <summary>The file, with the given sample at each column, row and channel.</summary>
    public byte[] Write(Func<int, int, int, int> sample)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var pass in IsInterlaced ? Adam7 : [(0, 0, 1, 1)])
                WritePass(zlib, pass, sample);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bitDepth, (byte)colorType, IsInterlaced ? (byte)1 : (byte)0);
        var chunks = new List<byte[]> { Chunk("IHDR", header), Chunk("tEXt", "Title\0drawn"u8) };
        if (Palette is not null)
            chunks.Add(Chunk("PLTE", Palette));
        chunks.AddRange(packed.ToArray().Chunk(ChunkLength).Select(part => Chunk("IDAT", part)));
        chunks.Add(Chunk("IEND", []));
        return [.. PngFile.Signature, .. chunks.SelectMany(chunk => chunk)];
    }

    public static byte[] Chunk(string name, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(name, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private void WritePass(Stream zlib, (int X, int Y, int StepX, int StepY) pass, Func<int, int, int, int> sample)
    {
        var channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var columns = (width - pass.X + pass.StepX - 1) / pass.StepX;
        var rows = (height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (columns <= 0)
            return;
        var above = new byte[(columns * channels * bitDepth + 7) / 8];
        for (var y = 0; y < rows - MissingRows; y++)
        {
            var row = new byte[above.Length];
            for (var i = 0; i < columns * channels; i++)
            {
                var value = sample(pass.X + i / channels * pass.StepX, pass.Y + y * pass.StepY, i % channels);
                if (bitDepth == 16)
                    BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(i * 2), (ushort)value);
                else
                    row[i * bitDepth / 8] |= (byte)(value << (8 - bitDepth - i * bitDepth % 8));
            }
            var filter = Filter(y);
            zlib.WriteByte((byte)filter);
            for (var i = 0; i < row.Length; i++)
                zlib.WriteByte((byte)(row[i] - Predict(filter, row, above, i, Math.Max(1, channels * bitDepth / 8))));
            above = row;
        }
    }

    private static int Predict(int filter, byte[] row, byte[] above, int i, int pixelBytes)
    {
        var left = i < pixelBytes ? 0 : row[i - pixelBytes];
        var aboveLeft = i < pixelBytes ? 0 : above[i - pixelBytes];
        return filter switch
        {
            1 => left,
            2 => above[i],
            3 => (left + above[i]) / 2,
            4 => new[] { left, above[i], aboveLeft }.MinBy(value => Math.Abs(left + above[i] - aboveLeft - value)),
            _ => 0,
        };
    }
}
