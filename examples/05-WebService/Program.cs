using Microsoft.AspNetCore.RateLimiting;
using WebService;

// A web page and an API around a saved model whose image column is ImagePath, as examples 00 and 02 and 'resnetfamily train' make it.
if (args.Length == 0 || !File.Exists(args[0]))
{
    Console.Error.WriteLine(
        $"{(args.Length == 0 ? "" : $"There is no file '{Path.GetFullPath(args[0])}'. ")}Usage: " +
        "WebService MODEL [--urls http://localhost:5000] [--MaxUploadBytes 10000000]");
    return 2;
}

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args[1..], ContentRootPath = AppContext.BaseDirectory });
var maxUploadBytes = builder.Configuration.GetValue("MaxUploadBytes", 10_000_000);
builder.WebHost.ConfigureKestrel(
    kestrel => (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MaxRequestBufferSize) = (maxUploadBytes, 65_536));
builder.Services.AddSingleton(new ImageModel(args[0]));
builder.Services.AddSingleton<ServiceMetrics>();
builder.Services.AddHealthChecks();
builder.Services.AddRequestTimeouts(options => options.DefaultPolicy = new() { Timeout = TimeSpan.FromMinutes(1) });
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.Describe);
// As many images at a time as there are processors. Up to 1000 requests wait with their images unread, so memory stays bounded.
builder.Services.AddRateLimiter(options =>
{
    options.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
    options.AddConcurrencyLimiter("images", limiter => (limiter.PermitLimit, limiter.QueueLimit) = (Environment.ProcessorCount, 1000));
});

var app = builder.Build();
app.Use((context, next) => context.RequestServices.GetRequiredService<ServiceMetrics>().Measure(context, next));
app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Problems.StatusOf });
app.UseDefaultFiles();
app.UseStaticFiles();
app.UseRouting();
app.UseRequestTimeouts();
app.UseRateLimiter();

app.MapHealthChecks("/health");
app.MapGet("/metrics", (ServiceMetrics metrics) => Results.Text(metrics.ToString(), "text/plain; version=0.0.4"));
app.MapGet("/model", (ImageModel model) => new { model.Backbone, model.ClassNames, maxUploadBytes });

// The body of a request is the image itself: curl --data-binary @image.jpg http://localhost:5000/classify
var images = app.MapGroup("").RequireRateLimiting("images");
images.MapPost("/classify", (UploadedImage image, ImageModel model) => model.Classify(image.Bytes, top: 5));
images.MapPost("/explain", (UploadedImage image, ImageModel model) => Results.Bytes(model.Explain(image.Bytes), "image/png"));

app.Run();
return 0;
