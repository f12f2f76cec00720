using System.IO.Compression;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes a model file so that a failure leaves the previous file as it was.</summary>
internal static class ModelFile
{
    /// <summary>Saves a model under a temporary name and renames it.</summary>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public static void Save(MLContext mlContext, ITransformer model, DataViewSchema schema, string path) =>
        AtomicFile.Write(path, stream =>
        {
            mlContext.Model.Save(model, schema, stream);
            ClearTimes(stream);
        });

    // ML.NET writes the time of day into the archive; without it the same training gives the same file.
    private static void ClearTimes(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true);
        foreach (var entry in archive.Entries)
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
