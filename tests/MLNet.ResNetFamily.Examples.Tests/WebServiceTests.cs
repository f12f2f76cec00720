using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The web service as programs use it.</summary>
[TestClass]
public class WebServiceTests
{
    private static WebServiceProcess _service = null!;
    private static HttpClient _client = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _service = await WebServiceProcess.StartAsync(SmallModel.Model);
        _client = new HttpClient { BaseAddress = _service.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    [ClassCleanup]
    public static void Stop()
    {
        _client?.Dispose();
        _service?.Dispose();
    }

    [TestMethod]
    public async Task AnImageGetsItsLabelsTheBestFirst()
    {
        using var answer = await SendAsync("classify", File.ReadAllBytes(SmallModel.NewImage("blue")));

        var predictions = await answer.Content.ReadFromJsonAsync<JsonElement[]>();
        Assert.AreEqual("blue", predictions![0].GetProperty("label").GetString());
        Assert.AreEqual(1, predictions.Sum(p => p.GetProperty("probability").GetDouble()), 1e-5);
    }

    [TestMethod]
    public async Task AModelFineTunedFromImageNetWeightsIsServedLikeAnyOther()
    {
        using var service = await WebServiceProcess.StartAsync(await FineTunedModel.PathAsync);
        using var client = new HttpClient { BaseAddress = service.Address };

        var model = await client.GetFromJsonAsync<JsonElement>("model");
        using var answer = await client.PostAsync("classify", new ByteArrayContent(File.ReadAllBytes(SmallModel.NewImage("blue"))));

        Assert.AreEqual("resnet20_mlnet", model.GetProperty("backbone").GetString());
        Assert.AreEqual("blue", (await answer.Content.ReadFromJsonAsync<JsonElement[]>())![0].GetProperty("label").GetString());
    }

    [TestMethod]
    public async Task AnImageIsExplainedByAPng()
    {
        using var answer = await SendAsync("explain", File.ReadAllBytes(SmallModel.NewImage("blue")));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.AreEqual("image/png", answer.Content.Headers.ContentType!.MediaType);
        CollectionAssert.AreEqual("PNG"u8.ToArray(), (await answer.Content.ReadAsByteArrayAsync())[1..4]);
    }

    [TestMethod]
    [DataRow("classify")]
    [DataRow("explain")]
    public async Task ATextIsRefusedInWords(string endpoint)
    {
        using var answer = await SendAsync(endpoint, "This is no image."u8.ToArray());

        Assert.AreEqual(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        StringAssert.Contains(problem.GetProperty("detail").GetString(), "JPEG, PNG");
    }

    [TestMethod]
    public async Task AnUploadAboveTheLimitIsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "classify") { Content = new ByteArrayContent(new byte[10_000_001]) };
        request.Headers.ExpectContinue = true;        // asks before it sends

        using var answer = await _client.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        StringAssert.Contains(await answer.Content.ReadAsStringAsync(), "10000001 bytes, but at most 10000000");
    }

    [TestMethod]
    public async Task HealthAndMetricsAreThere()
    {
        using var _ = await SendAsync("classify", File.ReadAllBytes(SmallModel.NewImage("amber")));

        Assert.AreEqual("Healthy", await _client.GetStringAsync("health"));
        StringAssert.Contains(
            await _client.GetStringAsync("metrics"), "resnetfamily_request_seconds_count{endpoint=\"/classify\",status=\"200\"} ");
    }

    [TestMethod]
    public async Task RefusedRequestsAreCountedByTheirEndpoint()
    {
        using var _ = await SendAsync("classify", "This is no image."u8.ToArray());

        StringAssert.Contains(
            await _client.GetStringAsync("metrics"), "resnetfamily_request_seconds_count{endpoint=\"/classify\",status=\"422\"} ");
    }

    [TestMethod]
    public async Task Of200RequestsAtOnceNoneIsLostAndMemoryStaysBounded()
    {
        // 4 MB each, and two more copies on their way to the decoder: all of them in memory at once would be 2.4 GB.
        byte[] upload = [.. File.ReadAllBytes(SmallModel.NewImage("crimson")), .. new byte[4_000_000]];
        using (await SendAsync("classify", upload))
        {
        }
        var memoryBefore = _service.PeakMemory;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            using var answer = await SendAsync("classify", upload);
            return (answer.StatusCode, Label: (await answer.Content.ReadFromJsonAsync<JsonElement>())[0].GetProperty("label").GetString());
        }));

        Assert.AreEqual(200, answers.Count(answer => answer is (HttpStatusCode.OK, "crimson")));
        Assert.IsLessThan(500, (_service.PeakMemory - memoryBefore) / 1_000_000, "MB more than before");
    }

    private static Task<HttpResponseMessage> SendAsync(string endpoint, byte[] body) =>
        _client.PostAsync(endpoint, new ByteArrayContent(body));
}
