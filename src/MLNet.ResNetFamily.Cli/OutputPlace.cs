namespace MLNet.ResNetFamily.Cli;

/// <summary>Where a command writes, checked before its work, so that no result is made in vain.</summary>
internal static class OutputPlace
{
    /// <summary>Checks that a file can be written; nothing of it stays.</summary>
    /// <param name="path">The file, full.</param>
    /// <param name="option">What named it.</param>
    /// <exception cref="IOException">Its folder does not exist or cannot be written to, or it is a folder itself.</exception>
    public static void CheckFile(string path, string option)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"'{path}': the folder '{folder}' does not exist. Make it, or choose another '{option}'.");
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder, but '{option}' must name a file.");
        TryWrite(path, folder, option);
    }

    /// <summary>Checks that files can be written into a folder, which is made if it is not there.</summary>
    /// <param name="path">The folder; null is not checked.</param>
    /// <param name="option">What named it.</param>
    /// <exception cref="IOException">It is a file, or cannot be made or written to.</exception>
    public static void CheckFolder(string? path, string option)
    {
        if (path is null)
            return;
        var folder = Path.GetFullPath(path);
        if (File.Exists(folder))
            throw new IOException($"'{folder}' is a file, but '{option}' must name a folder.");
        TryWrite(folder, folder, option);
    }

    private static void TryWrite(string path, string folder, string option)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $".{Environment.ProcessId}.tmp");
            using var file = new FileStream(trial, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{path}' cannot be written: {error.Message} Choose another '{option}'.", error);
        }
    }
}
