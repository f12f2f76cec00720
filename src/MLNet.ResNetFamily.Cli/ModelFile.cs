using System.IO.Compression;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes a model file so that a failure leaves the previous file as it was.</summary>
internal static class ModelFile
{
    /// <summary>Saves a model under a temporary name and renames it.</summary>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    public static void Save(MLContext mlContext, ITransformer model, DataViewSchema schema, string path) =>
        WithTemporary(path, temporary =>
        {
            mlContext.Model.Save(model, schema, temporary);
            ClearTimes(temporary);
        });

    // ML.NET writes the time of day into the archive; without it the same training gives the same file.
    private static void ClearTimes(string path)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Update);
        foreach (var entry in archive.Entries)
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private static void WithTemporary(string path, Action<string> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: {error.Message} A file that stood there before is unchanged.", error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
