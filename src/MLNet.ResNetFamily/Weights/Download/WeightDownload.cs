using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace MLNet.ResNetFamily;

/// <summary>Fetches published weights into the cache: resumed, retried, checked by hash, and by one process at a time.</summary>
internal sealed class WeightDownload(PublishedWeights weights, DownloadSettings settings, IProgress<DownloadProgress>? progress)
{
    private const int BufferLength = 1 << 17;
    private const int FullHashLength = 64;

    // The system's proxy settings and redirects are followed by default.
    private static readonly HttpClient Client = MakeClient();

    private readonly string _path = settings.PathOf(weights);
    private readonly Uri _address = settings.AddressOf(weights);

    // The hash of the first download, where none or only the beginning is published.
    private string PinPath => _path + ".sha256";

    private string WantedHash => weights.Sha256.Length switch
    {
        0 => "unknown (none is published)",
        FullHashLength => weights.Sha256,
        _ => weights.Sha256 + "…",
    };

    /// <summary>The path of the checked file, after fetching it where it is not there.</summary>
    public async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var alone = await FileLock.TakeAsync(_path + ".lock", cancellationToken).ConfigureAwait(false);
        if (File.Exists(_path))
            await CheckCachedAsync(cancellationToken).ConfigureAwait(false);
        else
            await FetchNewAsync(cancellationToken).ConfigureAwait(false);
        return _path;
    }

    private async Task CheckCachedAsync(CancellationToken cancellationToken)
    {
        var hash = await HashAsync(_path, cancellationToken).ConfigureAwait(false);
        var pinned = File.Exists(PinPath) ? (await File.ReadAllTextAsync(PinPath, cancellationToken).ConfigureAwait(false)).Trim() : "";
        if (!Fits(weights.Sha256, hash) || !Fits(pinned, hash))
        {
            throw new InvalidDataException(
                $"'{_path}' has the SHA-256 {hash}, " +
                $"but {(Fits(weights.Sha256, hash) ? pinned : WantedHash)} is needed for '{weights.Name}'. " +
                $"Delete it, and it is fetched again from {_address}.");
        }
        await PinAsync(hash, cancellationToken).ConfigureAwait(false);
    }

    private async Task FetchNewAsync(CancellationToken cancellationToken)
    {
        var partial = new PartialFile(_path, isChecked: weights.Sha256.Length > 0);
        var wasResumed = partial.Length > 0;
        var hash = await TransferAndHashAsync(partial, cancellationToken).ConfigureAwait(false);
        if (!Fits(weights.Sha256, hash) && wasResumed)
        {
            // The remains of an earlier attempt may belong to another version of the file.
            partial.Delete();
            hash = await TransferAndHashAsync(partial, cancellationToken).ConfigureAwait(false);
        }
        if (!Fits(weights.Sha256, hash))
        {
            partial.Delete();
            throw new InvalidDataException(
                $"'{_address}' sent a file whose SHA-256 is {hash}, but {WantedHash} is needed; it was thrown away. " +
                $"Try again, or put the right file at '{_path}'.");
        }
        await PinAsync(hash, cancellationToken).ConfigureAwait(false);
        partial.Finish();
    }

    private async Task PinAsync(string hash, CancellationToken cancellationToken)
    {
        if (weights.Sha256.Length < FullHashLength)
            await File.WriteAllTextAsync(PinPath, hash, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> TransferAndHashAsync(PartialFile partial, CancellationToken cancellationToken)
    {
        try
        {
            await Retries().ExecuteAsync(token => AttemptAsync(partial, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DownloadException error)
        {
            throw new IOException(
                $"'{_address}' could not be fetched: {error.Message} " +
                $"Without a network, put the file with SHA-256 {WantedHash} at '{_path}'; it is found there.", error);
        }
        return await HashAsync(partial.Path, cancellationToken).ConfigureAwait(false);
    }

    private ResiliencePipeline Retries() => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<DownloadException>(error => error.IsWorthRetrying),
            MaxRetryAttempts = settings.RetryCount,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = settings.RetryDelay,
            MaxDelay = settings.LongestRetryDelay,
            DelayGenerator = arguments => ValueTask.FromResult(((DownloadException)arguments.Outcome.Exception!).RetryAfter switch
            {
                { } wanted when wanted > settings.LongestRetryDelay => settings.LongestRetryDelay,
                var wanted => wanted,
            }),
        })
        .Build();

    private async ValueTask AttemptAsync(PartialFile partial, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(settings.StallTimeout);
            using var request = Request(partial);
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token)
                .ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length > 0)
                CheckComplete(response, partial);
            else
                await ReceiveAsync(response, partial, stall).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            var cause = error.InnerException is { } inner && inner.Message != error.Message ? $" ({inner.Message})" : "";
            throw new DownloadException(error.Message + cause, isWorthRetrying: true, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = settings.StallTimeout.TotalSeconds;
            throw new DownloadException($"The server sent nothing for {seconds:0.###} seconds.", isWorthRetrying: true, error);
        }
    }

    private HttpRequestMessage Request(PartialFile partial)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address);
        if (partial.Length == 0)
            return request;
        request.Headers.Range = new RangeHeaderValue(partial.Length, null);
        if (partial.Version is { } version)
            request.Headers.IfRange = new RangeConditionHeaderValue(version);
        return request;
    }

    // The server has nothing behind what is there: all of it has arrived, or the server has another file by now.
    private static void CheckComplete(HttpResponseMessage response, PartialFile partial)
    {
        if (response.Content.Headers.ContentRange?.Length == partial.Length)
            return;
        partial.Delete();
        throw new DownloadException("The server has another file than the one that was begun.", isWorthRetrying: true);
    }

    private async Task ReceiveAsync(HttpResponseMessage response, PartialFile partial, CancellationTokenSource stall)
    {
        CheckStatus(response);
        var total = Begin(response, partial);
        using var source = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        using var target = partial.Append();
        var buffer = new byte[BufferLength];
        int count;
        do
        {
            progress?.Report(new DownloadProgress(weights.Name, target.Length, total));
            stall.CancelAfter(settings.StallTimeout);
            count = await ReadAsync(source, buffer, stall.Token).ConfigureAwait(false);
            await target.WriteAsync(buffer.AsMemory(0, count), stall.Token).ConfigureAwait(false);
        }
        while (count > 0);
        if (total is { } whole && target.Length != whole)
            throw new DownloadException($"The connection ended after {target.Length} of {whole} bytes.", isWorthRetrying: true);
    }

    private static void CheckStatus(HttpResponseMessage response)
    {
        if (response.IsSuccessStatusCode)
            return;
        var status = (int)response.StatusCode;
        throw new DownloadException(
            $"The server answered {status} ({response.ReasonPhrase}).", isWorthRetrying: status is 408 or 429 or >= 500)
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
    private static long? Begin(HttpResponseMessage response, PartialFile partial)
    {
        var length = response.Content.Headers.ContentLength;
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            partial.Restart(response.Headers.ETag);
            return length;
        }
        if (response.Content.Headers.ContentRange is not { From: { } from } range || from != partial.Length)
        {
            partial.Delete();
            throw new DownloadException("The server sent another part of the file than the one that was asked for.", isWorthRetrying: true);
        }
        return range.Length ?? from + length;
    }

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new DownloadException($"The connection broke: {error.Message}", isWorthRetrying: true, error);
        }
    }

    private static bool Fits(string wanted, string hash) => hash.StartsWith(wanted, StringComparison.OrdinalIgnoreCase);

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    private static HttpClient MakeClient()
    {
        var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(WeightDownload).Assembly.GetName().Version;
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"MLNet.ResNetFamily/{version?.ToString(3)}");
        return client;
    }
}
