using Microsoft.Playwright;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The browser of the tests: Debian's chromium, without its window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts the browser, or the test is skipped where it is not installed.</summary>
    public static async Task<Chromium> StartOrSkipAsync()
    {
        if (!File.Exists(Program))
            Assert.Inconclusive($"needs '{Program}': apt-get install chromium");
        var playwright = await Playwright.CreateAsync();
        // Root, as in a container, may not use Chromium's sandbox.
        return new(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] }));
    }

    public Task<IPage> OpenAsync(int width = 1280, ColorScheme colors = ColorScheme.Light) =>
        _browser.NewPageAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = colors,
            ReducedMotion = ReducedMotion.Reduce,
        });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
