namespace MLNet.ResNetFamily;

/// <summary>Where downloads come from and go to, and how patient they are.</summary>
internal sealed record DownloadSettings
{
    public const string MirrorVariable = "RESNETFAMILY_MIRROR";

    /// <summary>Folder of everything that this library keeps on the machine.</summary>
    public required string Home { get; init; }

    /// <summary>Base address to fetch from instead of the published one; null for none.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>How often a failed attempt is repeated. 5 by default.</summary>
    public int RetryCount { get; init; } = 5;

    /// <summary>Pause before the first repetition; it doubles each time. 1 second by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause, also when the server asks for a longer one. 1 minute by default.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the server may send nothing before the attempt counts as failed. 30 seconds by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the environment says, with the defaults for the rest.</summary>
    /// <exception cref="InvalidOperationException">The mirror's address is not an absolute http or https address.</exception>
    public static DownloadSettings FromEnvironment() => new()
    {
        Home = CacheFolder.Path,
        Mirror = Environment.GetEnvironmentVariable(MirrorVariable) is { Length: > 0 } mirror ? ParseMirror(mirror) : null,
    };

    /// <summary>Where a row's file is kept.</summary>
    public string PathOf(PublishedWeights weights) => Path.Combine(Home, "weights", weights.FileName);

    /// <summary>Where a row's file is fetched from.</summary>
    public Uri AddressOf(PublishedWeights weights) => Mirror is null
        ? weights.Address
        : new Uri($"{Mirror.AbsoluteUri.TrimEnd('/')}/{weights.Address.Host}{weights.Address.AbsolutePath}");

    private static Uri ParseMirror(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var mirror) && (mirror.Scheme == Uri.UriSchemeHttp || mirror.Scheme == Uri.UriSchemeHttps)
            ? mirror
            : throw new InvalidOperationException(
                $"{MirrorVariable} is '{text}', but an address that begins with http:// or https:// is needed.");
}
