using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;

namespace WebService;

/// <summary>Counts requests and their duration, in the text form that Prometheus reads.</summary>
internal sealed class ServiceMetrics
{
    private readonly ConcurrentDictionary<(string Endpoint, int Status), (long Count, double Seconds)> _requests = new();
    private int _inFlight;

    /// <summary>Lets a request through and counts it.</summary>
    public async Task Measure(HttpContext context, RequestDelegate next)
    {
        var started = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _inFlight);
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            // The route, not the address: strangers choose addresses, and each would become a line for ever.
            // The exception handler takes the route from the request and keeps it.
            var route = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
            var endpoint = (route as RouteEndpoint)?.RoutePattern.RawText ?? "other";
            _requests.AddOrUpdate(
                (endpoint, context.Response.StatusCode), (1, seconds), (_, sum) => (sum.Count + 1, sum.Seconds + seconds));
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        # HELP resnetfamily_request_seconds Duration of answered requests.
        # TYPE resnetfamily_request_seconds summary
        {string.Join('\n', _requests.OrderBy(pair => pair.Key).Select(pair => Lines(pair.Key, pair.Value)))}
        # HELP resnetfamily_requests_in_flight Requests that are waiting or worked on.
        # TYPE resnetfamily_requests_in_flight gauge
        resnetfamily_requests_in_flight {_inFlight}
        # HELP process_resident_memory_bytes Memory of the process.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes {Environment.WorkingSet}

        """);

    private static string Lines((string Endpoint, int Status) key, (long Count, double Seconds) sum) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            resnetfamily_request_seconds_count{endpoint="{{key.Endpoint}}",status="{{key.Status}}"} {{sum.Count}}
            resnetfamily_request_seconds_sum{endpoint="{{key.Endpoint}}",status="{{key.Status}}"} {{sum.Seconds}}
            """);
}
