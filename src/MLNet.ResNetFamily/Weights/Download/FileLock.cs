namespace MLNet.ResNetFamily;

/// <summary>Keeps other processes (and other callers in this one) from doing the same work at the same time.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until no other process holds the lock; dispose of the result to release it. The file stays behind, empty.</summary>
    public static async Task<IDisposable> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            // A missing folder or a full disk would stay so; only a lock that another holds is worth waiting for.
            catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
