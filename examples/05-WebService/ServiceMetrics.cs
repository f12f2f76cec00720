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
            _requests.AddOrUpdate((endpoint, context.Response.StatusCode), (1, seconds), (_, sum) => (sum.Count + 1, sum.Seconds + seconds));
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        # HELP resnetfamily_request_seconds Duration of answered requests.
        # TYPE resnetfamily_request_seconds summary
        {string.Join('\n', _requests.OrderBy(pair => pair.Key).Select(pair => Lines(pair.Key.Endpoint, pair.Key.Status, pair.Value.Count, pair.Value.Seconds)))}
        # HELP resnetfamily_requests_in_flight Requests that are waiting or worked on.
        # TYPE resnetfamily_requests_in_flight gauge
        resnetfamily_requests_in_flight {_inFlight}
        # HELP process_resident_memory_bytes Memory of the process.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes {Environment.WorkingSet}

        """);

    private static string Lines(string endpoint, int status, long count, double seconds) => string.Create(CultureInfo.InvariantCulture, $$"""
        resnetfamily_request_seconds_count{endpoint="{{endpoint}}",status="{{status}}"} {{count}}
        resnetfamily_request_seconds_sum{endpoint="{{endpoint}}",status="{{status}}"} {{seconds}}
        """);
}
