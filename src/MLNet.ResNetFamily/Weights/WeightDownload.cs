using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace MLNet.ResNetFamily;

/// <summary>Fetches published weights into the cache: resumed, retried, checked by hash, and by one process at a time.</summary>
internal sealed class WeightDownload(DownloadSettings settings)
{
    private const int BufferLength = 1 << 17;

    // The system's proxy settings and redirects are followed by default.
    private static readonly HttpClient Client = MakeClient();

    /// <summary>The path of the checked file, after fetching it where it is not there.</summary>
    public async Task<string> FetchAsync(PublishedWeights weights, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var path = settings.PathOf(weights);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var alone = await FileLock.TakeAsync(path + ".lock", cancellationToken).ConfigureAwait(false);
        if (File.Exists(path))
            await CheckCachedAsync(weights, path, cancellationToken).ConfigureAwait(false);
        else
            await FetchNewAsync(weights, path, progress, cancellationToken).ConfigureAwait(false);
        return path;
    }

    private async Task FetchNewAsync(PublishedWeights weights, string path, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var partial = new PartialFile(path, isChecked: weights.Sha256.Length > 0);
        var wasResumed = partial.Length > 0;
        var hash = await TransferAndHashAsync(weights, path, partial, progress, cancellationToken).ConfigureAwait(false);
        if (!Fits(weights.Sha256, hash) && wasResumed)
        {
            // The remains of an earlier attempt may belong to another version of the file.
            partial.Delete();
            hash = await TransferAndHashAsync(weights, path, partial, progress, cancellationToken).ConfigureAwait(false);
        }
        if (!Fits(weights.Sha256, hash))
        {
            partial.Delete();
            throw new InvalidDataException(
                $"'{settings.AddressOf(weights)}' sent a file whose SHA-256 is {hash}, but {Wanted(weights)} is needed; it was thrown away. " +
                $"Try again, or put the right file at '{path}'.");
        }
        if (weights.Sha256.Length < hash.Length)
            await File.WriteAllTextAsync(PinOf(path), hash, cancellationToken).ConfigureAwait(false);
        partial.Finish();
    }

    private async Task<string> TransferAndHashAsync(
        PublishedWeights weights, string path, PartialFile partial, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await Retries().ExecuteAsync(token => AttemptAsync(weights, partial, progress, token), cancellationToken).ConfigureAwait(false);
        }
        catch (TransferException error)
        {
            throw new IOException(
                $"'{settings.AddressOf(weights)}' could not be fetched: {error.Message} " +
                $"Without a network, put the file with SHA-256 {Wanted(weights)} at '{path}'; it is found there.", error);
        }
        return await HashAsync(partial.Path, cancellationToken).ConfigureAwait(false);
    }

    private ResiliencePipeline Retries() => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransferException>(error => error.IsWorthRetrying),
            MaxRetryAttempts = settings.RetryCount,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = settings.RetryDelay,
            MaxDelay = settings.LongestRetryDelay,
            DelayGenerator = arguments => ValueTask.FromResult(
                ((TransferException?)arguments.Outcome.Exception)?.RetryAfter is { } wanted && wanted < settings.LongestRetryDelay ? wanted : (TimeSpan?)null),
        })
        .Build();

    private async ValueTask AttemptAsync(PublishedWeights weights, PartialFile partial, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, settings.AddressOf(weights));
        var resumedAt = partial.Length;
        if (resumedAt > 0)
        {
            request.Headers.Range = new RangeHeaderValue(resumedAt, null);
            if (partial.Version is { } version)
                request.Headers.IfRange = new RangeConditionHeaderValue(version);
        }

        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(settings.StallTimeout);
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && resumedAt > 0)
            {
                // Nothing is missing, or the server has another file by now.
                if (response.Content.Headers.ContentRange?.Length == resumedAt)
                    return;
                partial.Delete();
                throw new TransferException("The server has another file than the one that was begun.", isWorthRetrying: true);
            }
            CheckStatus(response);
            var total = Begin(response, partial, resumedAt);
            await CopyAsync(weights, response, partial, total, progress, stall).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            throw new TransferException(error.InnerException?.Message is { } cause && cause != error.Message ? $"{error.Message} ({cause})" : error.Message, isWorthRetrying: true, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException($"The server sent nothing for {settings.StallTimeout.TotalSeconds:0.###} seconds.", isWorthRetrying: true, error);
        }
    }

    private static void CheckStatus(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return;
        var status = (int)response.StatusCode;
        throw new TransferException($"The server answered {status} ({response.ReasonPhrase}).", isWorthRetrying: status is 408 or 429 or >= 500)
        {
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - DateTimeOffset.UtcNow is { Ticks: > 0 } rest ? rest : TimeSpan.Zero,
                _ => null,
            },
        };
    }

    // Returns the length of the whole file, where the server says it.
    private static long? Begin(HttpResponseMessage response, PartialFile partial, long resumedAt)
    {
        var length = response.Content.Headers.ContentLength;
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            partial.Restart(response.Headers.ETag);
            return length;
        }
        if (response.Content.Headers.ContentRange is not { From: { } from } range || from != resumedAt)
        {
            partial.Delete();
            throw new TransferException("The server sent another part of the file than the one that was asked for.", isWorthRetrying: true);
        }
        return range.Length ?? from + length;
    }

    private async Task CopyAsync(
        PublishedWeights weights, HttpResponseMessage response, PartialFile partial, long? total, IProgress<DownloadProgress>? progress, CancellationTokenSource stall)
    {
        using var source = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        using var target = partial.Append();
        var buffer = new byte[BufferLength];
        progress?.Report(new DownloadProgress(weights.Name, target.Length, total));
        while (true)
        {
            stall.CancelAfter(settings.StallTimeout);
            var count = await ReadAsync(source, buffer, stall.Token).ConfigureAwait(false);
            if (count == 0)
                break;
            await target.WriteAsync(buffer.AsMemory(0, count), stall.Token).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(weights.Name, target.Length, total));
        }
        if (total is { } whole && target.Length != whole)
            throw new TransferException($"The connection ended after {target.Length} of {whole} bytes.", isWorthRetrying: true);
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new TransferException($"The connection broke: {error.Message}", isWorthRetrying: true, error);
        }
    }

    private static async Task CheckCachedAsync(PublishedWeights weights, string path, CancellationToken cancellationToken)
    {
        var hash = await HashAsync(path, cancellationToken).ConfigureAwait(false);
        var pinned = File.Exists(PinOf(path)) ? (await File.ReadAllTextAsync(PinOf(path), cancellationToken).ConfigureAwait(false)).Trim() : "";
        var wanted = pinned.Length > weights.Sha256.Length ? pinned : weights.Sha256;
        if (!Fits(weights.Sha256, hash) || !Fits(wanted, hash))
        {
            throw new InvalidDataException(
                $"'{path}' has the SHA-256 {hash}, but {wanted} is needed for '{weights.Name}'. Delete it, and it is fetched again from {weights.Address}.");
        }
        if (wanted.Length < hash.Length)
            await File.WriteAllTextAsync(PinOf(path), hash, cancellationToken).ConfigureAwait(false);
    }

    private static string PinOf(string path) => path + ".sha256";

    private static bool Fits(string wanted, string hash) => hash.StartsWith(wanted, StringComparison.OrdinalIgnoreCase);

    private static string Wanted(PublishedWeights weights) => weights.Sha256.Length switch
    {
        0 => "unknown (none is published)",
        64 => weights.Sha256,
        _ => weights.Sha256 + "…",
    };

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    private static HttpClient MakeClient()
    {
        var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"MLNet.ResNetFamily/{typeof(WeightDownload).Assembly.GetName().Version?.ToString(3)}");
        return client;
    }
}
