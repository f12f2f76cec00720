using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The page of the web service as a person uses it, in a real browser.</summary>
[TestClass]
public class WebPageTests
{
    private static WebServiceProcess _service = null!;
    private static Chromium _chromium = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _chromium = await Chromium.StartOrSkipAsync();
        _service = await WebServiceProcess.StartAsync(SmallModel.Model);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _service?.Dispose();
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    [TestMethod]
    [DataRow(400, ColorScheme.Dark)]
    [DataRow(1280, ColorScheme.Light)]
    public async Task ADroppedImageIsClassifiedAndExplained(int width, ColorScheme colors)
    {
        var page = await OpenAsync(width, colors);

        await DropAsync(page, "rose.jpg", File.ReadAllBytes(SmallModel.NewImage("crimson")));

        await Assertions.Expect(page.Locator("#answer")).ToHaveTextAsync(new Regex(@"^crimson \d+\.\d%$"));
        await Assertions.Expect(page.Locator("#bars li")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#legend")).ToContainTextAsync("places speak most for crimson");
        Assert.IsGreaterThan(0, await page.EvalOnSelectorAsync<int>("#heatmap", "image => image.decode().then(() => image.naturalWidth)"));
        Assert.IsFalse(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), "wider than the window");
        await Accessibility.AssertAsync(page);
        await ScreenshotAsync(page, $"web-page-{width}.png");
    }

    [TestMethod]
    public async Task ADroppedPhotographOfACameraIsToo()
    {
        var page = await OpenAsync(768, ColorScheme.Light);

        await DropAsync(page, "photograph.jpg", File.ReadAllBytes(Photograph()));

        await Assertions.Expect(page.Locator("#answer")).ToHaveTextAsync(new Regex(@"^(amber|blue|crimson) \d+\.\d%$"));
        await Assertions.Expect(page.Locator("#legend")).ToContainTextAsync("places speak most for");
        Assert.IsGreaterThan(0, await page.EvalOnSelectorAsync<int>("#heatmap", "image => image.decode().then(() => image.naturalWidth)"));
        await ScreenshotAsync(page, "web-page-photograph.png");
    }

    [TestMethod]
    public async Task ATextFileNamedJpgIsAnsweredInWords()
    {
        var page = await OpenAsync(1280, ColorScheme.Light);

        await DropAsync(page, "notes.jpg", "This is no image."u8.ToArray());

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(
            "notes.jpg: this is not an image: it starts with the text \"This is no image\", " +
            "but only JPEG, PNG, WebP, GIF, BMP, and TIFF are decoded.");
        await Assertions.Expect(page.Locator("#result")).ToBeHiddenAsync();
        await Accessibility.AssertAsync(page);
        await ScreenshotAsync(page, "web-page-error.png");
    }

    [TestMethod]
    public async Task AFileAboveTheLimitIsNotSent()
    {
        var page = await OpenAsync(1280, ColorScheme.Light);

        await DropAsync(page, "huge.jpg", new byte[10_100_000]);

        await Assertions.Expect(page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("huge.jpg: The file has 10.1 MB, but at most 10 MB are taken.");
    }

    [TestMethod]
    public async Task TheKeyboardIsEnough()
    {
        var page = await OpenAsync(1280, ColorScheme.Dark);

        await page.BringToFrontAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("#file")).ToBeFocusedAsync();
        // Chromium may not have heard yet that somebody waits for the dialog: the key is pressed again until it comes.
        var chooser = page.WaitForFileChooserAsync();
        do
            await page.Keyboard.PressAsync("Enter");
        while (await Task.WhenAny(chooser, Task.Delay(TimeSpan.FromSeconds(3))) != chooser);
        await (await chooser).SetFilesAsync(SmallModel.NewImage("amber"));

        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("amber");
    }

    [TestMethod]
    public async Task ThePageAsksNobodyElse()
    {
        var page = await _chromium.OpenAsync();
        var strangers = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_service.Address.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                strangers.Add(request.Url);
        };

        await page.GotoAsync(_service.Address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.IsEmpty(strangers);
    }

    // A real one where the photographs of the comparisons are, a drawn one elsewhere.
    private static string Photograph()
    {
        var photographs = RepositoryFolder.File("..", "shared", "data", "clothing", "test");
        return Directory.Exists(photographs)
            ? Directory.EnumerateFiles(photographs, "*.jpg", SearchOption.AllDirectories).Order().First()
            : SmallModel.NewImage("blue");
    }

    private static async Task<IPage> OpenAsync(int width, ColorScheme colors)
    {
        var page = await _chromium.OpenAsync(width, colors);
        page.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        await page.GotoAsync(_service.Address.ToString());
        await Assertions.Expect(page.Locator("#about")).ToContainTextAsync("resnet20_cifar that knows 3 classes");
        return page;
    }

    private static async Task DropAsync(IPage page, string name, byte[] content)
    {
        var dropped = await page.EvaluateHandleAsync(
            """
            ([name, content]) => {
                const dropped = new DataTransfer();
                dropped.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name, { type: 'image/jpeg' }));
                return dropped;
            }
            """,
            new[] { name, Convert.ToBase64String(content) });
        await page.DispatchEventAsync("#drop", "drop", new { dataTransfer = dropped });
    }

    // For a person to look at; nothing compares them.
    private static Task ScreenshotAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = RepositoryFolder.File("artifacts", "screenshots", name), FullPage = true });
}
