namespace MLNet.ResNetFamily;

/// <summary>
/// Writes a file beside its place and moves it there when it is complete, so that a failure leaves the previous file intact.
/// </summary>
internal static class AtomicFile
{
    private const int BufferLength = 1 << 20;

    /// <param name="path">The file.</param>
    /// <param name="write">Writes it, and may read what it wrote.</param>
    /// <exception cref="IOException">The folder is missing or full; the message names the path.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferLength))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error)
        {
            File.Delete(unfinished);
            if (error is IOException or UnauthorizedAccessException)
                throw new IOException($"'{path}' cannot be written: {error.Message} A file that was there before is unchanged.", error);
            throw;
        }
    }
}
