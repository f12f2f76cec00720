using System.IO.Compression;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ScrambledStreamTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(1000)]
    public void WhatIsWrittenComesBackWhateverThePieces(int piece)
    {
        var bytes = Weights(1003);
        using var file = new MemoryStream();
        using (var writing = new ScrambledStream(file))
        {
            foreach (var part in bytes.Chunk(piece))
                writing.Write(part);
        }
        file.Position = 0;
        using var reading = new ScrambledStream(file);
        var found = new byte[bytes.Length];
        for (var place = 0; place < found.Length;)
            place += reading.Read(found.AsSpan(place, Math.Min(13, found.Length - place)));

        CollectionAssert.AreEqual(bytes, found);
        CollectionAssert.AreNotEqual(bytes, file.ToArray());
    }

    // Compressing it would cost more time than it saves room.
    [TestMethod]
    public void AnArchiveLeavesItAsItIs()
    {
        var bytes = Weights(1 << 20);
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("weights", CompressionLevel.Optimal).Open())
            new ScrambledStream(entry).Write(bytes);

        Assert.IsGreaterThanOrEqualTo(bytes.Length, file.Length);
        Assert.IsLessThan(1.001 * bytes.Length, file.Length);
    }

    private static byte[] Weights(int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, (length / 4) + 1).SelectMany(_ => BitConverter.GetBytes((float)(random.NextDouble() - 0.5))).Take(length)];
    }
}
