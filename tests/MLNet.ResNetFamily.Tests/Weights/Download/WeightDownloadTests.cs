using System.Diagnostics;
using System.Security.Cryptography;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class WeightDownloadTests
{
    private static readonly byte[] Content = MakeContent(seed: 1);
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task AFileIsFetchedOnceAndThenFound()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        var weights = Published(server);

        var first = await FetchAsync(weights);
        var second = await FetchAsync(weights);

        Assert.AreEqual(first, second);
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(first));
        Assert.HasCount(1, server.Requests);
        Assert.AreEqual("/models/some-weights.pth", server.Requests[0].Url);
        Assert.IsFalse(File.Exists(first + ".part"));
    }

    [TestMethod]
    public async Task ProgressIsReportedUpToTheWholeFile()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        var seen = new List<DownloadProgress>();

        await FetchAsync(Published(server), new Collected(seen));

        Assert.AreEqual(0, seen[0].ByteCount);
        Assert.AreEqual(Content.Length, seen[^1].ByteCount);
        Assert.IsTrue(seen.All(report => report.TotalByteCount == Content.Length && report.Name == "some.weights"));
        CollectionAssert.AreEqual(
            seen.Select(report => report.ByteCount).Order().ToList(), seen.Select(report => report.ByteCount).ToList());
    }

    [TestMethod]
    public async Task ADownloadThatWasCutOffIsContinued()
    {
        using var server = new LoopbackServer(
            (context, number) => LoopbackServer.SendAsync(context, Content, cutAfter: number < 2 ? 100_000 : null));

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        CollectionAssert.AreEqual(
            new[] { null, "bytes=100000-", "bytes=200000-" }, server.Requests.Select(request => request.Range).ToArray());
        Assert.AreEqual("\"one\"", server.Requests[1].IfRange);
    }

    [TestMethod]
    public async Task AServerWithoutRangesSendsTheWholeFileAgain()
    {
        using var server = new LoopbackServer((context, number) =>
            LoopbackServer.SendAsync(context, Content, supportsRanges: false, cutAfter: number == 0 ? 100_000 : null));

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.HasCount(2, server.Requests);
    }

    [TestMethod]
    public async Task WhatAnEarlierProcessLeftIsContinued()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        LeavePart(Content[..50_000]);

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.AreEqual("bytes=50000-", server.Requests.Single().Range);
    }

    [TestMethod]
    public async Task RemainsOfAnotherFileAreThrownAway()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        LeavePart(MakeContent(seed: 2)[..50_000]);

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        CollectionAssert.AreEqual(new[] { "bytes=50000-", null }, server.Requests.Select(request => request.Range).ToArray());
    }

    [TestMethod]
    public async Task RemainsThatNothingWouldCheckAreNotContinued()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        LeavePart(MakeContent(seed: 2)[..50_000]);

        var path = await FetchAsync(Published(server, hash: ""));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
    }

    [TestMethod]
    public async Task AFileThatIsCompleteButNotYetRenamedIsNotFetchedAgain()
    {
        using var server = new LoopbackServer((context, _) =>
        {
            context.Response.Headers["Content-Range"] = $"bytes */{Content.Length}";
            return LoopbackServer.RefuseAsync(context, 416);
        });
        LeavePart(Content);

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
    }

    [TestMethod]
    public async Task AWrongHashIsAnErrorAndLeavesNothing()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, MakeContent(seed: 2)));
        var weights = Published(server, hash: Hash[..8]);

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => FetchAsync(weights));

        StringAssert.Contains(error.Message, weights.Address.AbsoluteUri);
        StringAssert.Contains(error.Message, Hash[..8]);
        StringAssert.Contains(error.Message, Convert.ToHexStringLower(SHA256.HashData(MakeContent(seed: 2))));
        StringAssert.Contains(error.Message, PathInCache);
        Assert.HasCount(1, server.Requests);
        Assert.IsFalse(File.Exists(PathInCache));
        Assert.IsFalse(File.Exists(PathInCache + ".part"));
    }

    [TestMethod]
    public async Task AMissingFileIsAnErrorAtOnceAndSaysWhatToDo()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.RefuseAsync(context, 404));
        var weights = Published(server);

        var error = await Assert.ThrowsExactlyAsync<IOException>(() => FetchAsync(weights));

        StringAssert.Contains(error.Message, "404");
        AssertSaysWhatToDo(error, weights);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    [DataRow(429)]
    [DataRow(503)]
    public async Task ABusyServerIsAskedAgain(int status)
    {
        using var server = new LoopbackServer((context, number) =>
            number < 2 ? LoopbackServer.RefuseAsync(context, status, retryAfter: "0") : LoopbackServer.SendAsync(context, Content));

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.HasCount(3, server.Requests);
    }

    [TestMethod]
    public async Task AServerThatAsksForAPauseGetsIt()
    {
        using var server = new LoopbackServer((context, number) =>
            number == 0 ? LoopbackServer.RefuseAsync(context, 429, retryAfter: "1") : LoopbackServer.SendAsync(context, Content));
        var watch = Stopwatch.StartNew();

        await FetchAsync(Published(server));

        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.9), watch.Elapsed);
    }

    [TestMethod]
    public async Task AServerThatStaysBusyIsGivenUp()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.RefuseAsync(context, 500));
        var weights = Published(server);

        var error = await Assert.ThrowsExactlyAsync<IOException>(
            () => FetchAsync(weights, change: settings => settings with { RetryCount = 2 }));

        AssertSaysWhatToDo(error, weights);
        Assert.HasCount(3, server.Requests);
    }

    [TestMethod]
    public async Task ARedirectIsFollowed()
    {
        using var server = new LoopbackServer((context, number) =>
        {
            if (number > 0)
                return LoopbackServer.SendAsync(context, Content);
            context.Response.Redirect("/elsewhere");
            context.Response.Close();
            return Task.CompletedTask;
        });

        var path = await FetchAsync(Published(server));

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.AreEqual("/elsewhere", server.Requests[1].Url);
    }

    [TestMethod]
    public async Task AServerThatFallsSilentIsAskedForTheRest()
    {
        LoopbackServer? server = null;
        server = new LoopbackServer(async (context, number) =>
        {
            if (number > 0)
            {
                await LoopbackServer.SendAsync(context, Content);
                return;
            }
            context.Response.ContentLength64 = Content.Length;
            await context.Response.OutputStream.WriteAsync(Content.AsMemory(0, 1000));
            await context.Response.OutputStream.FlushAsync();
            await Task.Delay(Timeout.Infinite, server!.Closing);
        });
        using (server)
        {
            var path = await FetchAsync(
                Published(server), change: settings => settings with { StallTimeout = TimeSpan.FromMilliseconds(300) });

            CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
            Assert.AreEqual("bytes=1000-", server.Requests[1].Range);
        }
    }

    [TestMethod]
    public async Task ASlowServerIsWaitedFor()
    {
        using var server = new LoopbackServer(async (context, _) =>
        {
            context.Response.SendChunked = true;
            foreach (var block in Content.Chunk(Content.Length / 8))
            {
                await context.Response.OutputStream.WriteAsync(block);
                await context.Response.OutputStream.FlushAsync();
                await Task.Delay(60);
            }
            context.Response.Close();
        });

        // Longer in all than the longest silence that is allowed.
        var path = await FetchAsync(Published(server), change: settings => settings with { StallTimeout = TimeSpan.FromMilliseconds(400) });

        CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public async Task WithoutANetworkTheErrorSaysWhatToDo()
    {
        Uri closed;
        using (var server = new LoopbackServer((context, _) => LoopbackServer.RefuseAsync(context, 500)))
            closed = server.Address;
        var weights = Published(closed);

        var error = await Assert.ThrowsExactlyAsync<IOException>(
            () => FetchAsync(weights, change: settings => settings with { RetryCount = 1 }));

        AssertSaysWhatToDo(error, weights);
    }

    [TestMethod]
    public async Task AFilePutThereByHandIsFound()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathInCache)!);
        File.WriteAllBytes(PathInCache, Content);

        var path = await FetchAsync(Published(new Uri("http://nowhere.invalid/")));

        Assert.AreEqual(PathInCache, path);
    }

    [TestMethod]
    public async Task AWrongFilePutThereByHandIsRefused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathInCache)!);
        File.WriteAllBytes(PathInCache, MakeContent(seed: 2));

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() =>
            FetchAsync(Published(new Uri("http://nowhere.invalid/"))));

        StringAssert.Contains(error.Message, PathInCache);
        StringAssert.Contains(error.Message, Hash);
        StringAssert.Contains(error.Message, "Delete it");
    }

    [TestMethod]
    public async Task WithoutAPublishedHashTheFirstDownloadIsRemembered()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.SendAsync(context, Content));
        var weights = Published(server, hash: "");
        var path = await FetchAsync(weights);
        await FetchAsync(weights);

        File.WriteAllBytes(path, MakeContent(seed: 2));
        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => FetchAsync(weights));

        StringAssert.Contains(error.Message, Hash);
    }

    [TestMethod]
    public async Task TwoAtOnceFetchTheFileOnce()
    {
        using var server = new LoopbackServer(async (context, _) =>
        {
            await Task.Delay(200);
            await LoopbackServer.SendAsync(context, Content);
        });
        var weights = Published(server);

        var paths = await Task.WhenAll(FetchAsync(weights), FetchAsync(weights));

        Assert.AreEqual(paths[0], paths[1]);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public async Task ACanceledDownloadKeepsWhatHasArrived()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        LoopbackServer? server = null;
        server = new LoopbackServer(async (context, _) =>
        {
            context.Response.ContentLength64 = Content.Length;
            await context.Response.OutputStream.WriteAsync(Content.AsMemory(0, 1000));
            await context.Response.OutputStream.FlushAsync();
            await Task.Delay(Timeout.Infinite, server!.Closing);
        });
        using (server)
        {
            var progress = new Collected([], report =>
            {
                if (report.ByteCount == 1000)
                    cancel.Cancel();
            });

            await Assert.ThrowsAsync<OperationCanceledException>(() => FetchAsync(Published(server), progress, token: cancel.Token));

            Assert.AreEqual(1000, new FileInfo(PathInCache + ".part").Length);
        }
    }

    [TestMethod]
    public void AMirrorServesThePublishedPathsUnderItsOwnAddress()
    {
        var weights = PretrainedWeights.Named("resnet50.tv_v2");
        var settings = new DownloadSettings { Home = _folder.Path, Mirror = new Uri("http://mirror.example/base/") };

        Assert.AreEqual(
            "http://mirror.example/base/download.pytorch.org/models/resnet50-11ad3fa6.pth", settings.AddressOf(weights).AbsoluteUri);
        Assert.AreEqual(Path.Combine(_folder.Path, "weights", "resnet50.tv_v2.pth"), settings.PathOf(weights));
    }

    private string PathInCache => Path.Combine(_folder.Path, "weights", "some.weights.pth");

    private Task<string> FetchAsync(
        PublishedWeights weights, IProgress<DownloadProgress>? progress = null, Func<DownloadSettings, DownloadSettings>? change = null,
        CancellationToken? token = null)
    {
        var settings = new DownloadSettings { Home = _folder.Path, RetryDelay = TimeSpan.FromMilliseconds(1) };
        return new WeightDownload(weights, change?.Invoke(settings) ?? settings, progress).FetchAsync(token ?? Token);
    }

    private static PublishedWeights Published(LoopbackServer server, string? hash = null) => Published(server.Address, hash);

    private static PublishedWeights Published(Uri server, string? hash = null) => new()
    {
        Name = "some.weights",
        Backbone = "some",
        Address = new Uri(server, "models/some-weights.pth"),
        Sha256 = hash ?? Hash,
        Top1 = 70,
        Top5 = 90,
        Preprocessing = new Preprocessing(),
        License = "bsd-3-clause",
    };

    private void AssertSaysWhatToDo(Exception error, PublishedWeights weights)
    {
        StringAssert.Contains(error.Message, weights.Address.AbsoluteUri);
        StringAssert.Contains(error.Message, Hash);
        StringAssert.Contains(error.Message, PathInCache);
    }

    private void LeavePart(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathInCache)!);
        File.WriteAllBytes(PathInCache + ".part", content);
    }

    private static byte[] MakeContent(int seed)
    {
        var content = new byte[300_000];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Keeps reports in order on the reporting thread, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Collected(List<DownloadProgress> seen, Action<DownloadProgress>? also = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            seen.Add(value);
            also?.Invoke(value);
        }
    }
}
