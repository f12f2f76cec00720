namespace MLNet.ResNetFamily;

/// <summary>One attempt to fetch a file failed; told apart from errors of the disk, which no repetition mends.</summary>
internal sealed class DownloadException(string message, bool isWorthRetrying, Exception? cause = null) : Exception(message, cause)
{
    public bool IsWorthRetrying { get; } = isWorthRetrying;

    /// <summary>How long the server asks to wait; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
