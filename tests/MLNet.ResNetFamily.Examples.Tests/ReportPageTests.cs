using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.Playwright;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The report, opened in a real browser as a person opens it.</summary>
[TestClass]
public class ReportPageTests
{
    private static Chromium _chromium = null!;
    private static string _report = null!;

    [ClassInitialize]
    public static async Task WriteAsync(TestContext context)
    {
        _chromium = await Chromium.StartOrSkipAsync();
        var mlContext = new MLContext(seed: 1);
        var images = mlContext.Data.LoadImageFolder(SmallModel.Images);
        using var model = (TransformerChain<ITransformer>)mlContext.Model.Load(SmallModel.Model, out _);
        _report = model.WriteReport(images, SmallModel.NewPath("report"), new() { Title = "Three colors", TrainingData = images });
    }

    [ClassCleanup]
    public static async Task CloseAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    [TestMethod]
    [DataRow(400, ColorScheme.Light, Media.Screen)]
    [DataRow(400, ColorScheme.Dark, Media.Screen)]
    [DataRow(1280, ColorScheme.Light, Media.Screen)]
    [DataRow(1280, ColorScheme.Dark, Media.Screen)]
    [DataRow(794, ColorScheme.Light, Media.Print)]
    public async Task ItFitsTheWidthAndHasNoSeriousFault(int width, ColorScheme colors, Media media)
    {
        var page = await _chromium.OpenAsync(width, colors);
        await page.EmulateMediaAsync(new() { Media = media });

        await page.GotoAsync(new Uri(_report).ToString());

        Assert.IsFalse(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), "wider than the window");
        await Accessibility.AssertAsync(page);
        await page.ScreenshotAsync(new()
        {
            Path = RepositoryFolder.File("artifacts", "screenshots", $"report-{width}-{colors}-{media}.png"),
            FullPage = true,
        });
    }
}
