using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>An HTTP server on this machine that answers as a test says, and remembers what it was asked.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<SeenRequest> _requests = new();
    private readonly CancellationTokenSource _closing = new();

    /// <param name="answer">Answers a request, given its number from 0; throwing cuts the connection.</param>
    public LoopbackServer(Func<HttpListenerContext, int, Task> answer)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public Uri Address { get; }

    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    /// <summary>Ends when the server is closed: for answers that hang until then.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Answers with a file: the part that is asked for, where ranges are supported.</summary>
    /// <param name="context">The request.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="supportsRanges">Whether a part can be asked for.</param>
    /// <param name="cutAfter">How many bytes to send before the connection breaks; null to send all.</param>
    public static async Task SendAsync(HttpListenerContext context, byte[] content, bool supportsRanges = true, int? cutAfter = null)
    {
        var response = context.Response;
        response.Headers["ETag"] = "\"one\"";
        var from = 0;
        if (supportsRanges && context.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1]);
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        response.ContentLength64 = content.Length - from;
        await response.OutputStream.WriteAsync(content.AsMemory(from, cutAfter ?? content.Length - from));
        await response.OutputStream.FlushAsync();
        if (cutAfter is not null)
            throw new IOException("The test cuts the connection.");
        response.Close();
    }

    public static Task RefuseAsync(HttpListenerContext context, int status, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers["Retry-After"] = retryAfter;
        context.Response.Close();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Close();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync(Func<HttpListenerContext, int, Task> answer)
    {
        for (var number = 0; ; number++)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            var request = context.Request;
            _requests.Enqueue(new SeenRequest(request.RawUrl!, request.Headers["Range"], request.Headers["If-Range"]));
            _ = AnswerAsync(context, answer, number);
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context, Func<HttpListenerContext, int, Task> answer, int number)
    {
        try
        {
            await answer(context, number);
        }
        catch (Exception)
        {
            context.Response.Abort();
        }
    }
}

/// <summary>What a server was asked.</summary>
internal sealed record SeenRequest(string Url, string? Range, string? IfRange);
