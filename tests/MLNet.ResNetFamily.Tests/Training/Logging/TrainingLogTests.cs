using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class TrainingLogTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 2, BatchSize = 10, Augmentation = null, Threads = 1 };

    [TestMethod]
    public void TheTableHoldsWhatWasReported()
    {
        using var folder = new TemporaryFolder();

        var history = Train(Options with { LogDirectory = folder.Path });

        var lines = File.ReadAllLines(Path.Combine(folder.Path, "metrics.csv"));
        Assert.HasCount(3, lines);
        StringAssert.StartsWith(lines[0], "epoch,trainLoss,trainAccuracy,validationLoss,validationAccuracy,");
        var last = lines[2].Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
        Assert.AreEqual(2, last[0]);
        Assert.AreEqual(history.Epochs[1].TrainLoss, last[1]);
        Assert.AreEqual(history.Epochs[1].ValidationAccuracy!.Value, last[4]);
    }

    [TestMethod]
    public void WithoutValidationItsCellsAreEmpty()
    {
        using var folder = new TemporaryFolder();

        Train(Options with { LogDirectory = folder.Path }, withValidation: false);

        var cells = File.ReadAllLines(Path.Combine(folder.Path, "metrics.csv"))[1].Split(',');
        Assert.AreEqual("", cells[3]);
        Assert.AreEqual("", cells[4]);
    }

    [TestMethod]
    public void AnotherParserReadsTheEventsOfEveryStepAndEpoch()
    {
        using var folder = new TemporaryFolder();

        var history = Train(Options with { LogDirectory = Path.Combine(folder.Path, "a", "b") });

        var events = EventReader.Read(EventFileIn(Path.Combine(folder.Path, "a", "b")));
        Assert.AreEqual("brain.Event:2", events[0].GetProperty("version").GetString());
        Assert.IsTrue(events.All(line => Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - line.GetProperty("time").GetDouble()) < 600));
        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 5, 6 }, Tagged(events, "step/loss").Select(line => line.GetProperty("step").GetInt64()).ToArray());
        Assert.HasCount(6, Tagged(events, "step/learning_rate"));
        var accuracies = Tagged(events, "accuracy/validation").Select(line => line.GetProperty("scalar").GetDouble()).ToArray();
        Assert.HasCount(2, accuracies);
        Assert.AreEqual(history.Epochs[1].ValidationAccuracy!.Value, accuracies[1], 1e-6);
    }

    [TestMethod]
    public void AFewTrainingImagesAreShownAsTheNetworkMeetsThem()
    {
        using var folder = new TemporaryFolder();

        Train(Options with { LogDirectory = folder.Path });

        var images = EventReader.Read(EventFileIn(folder.Path)).Where(line => line.TryGetProperty("image", out _)).ToArray();
        Assert.HasCount(8, images);
        var image = images[2].GetProperty("image");
        Assert.AreEqual(ToyImages.Size, image.GetProperty("width").GetInt32());
        using var shown = ImageDecoder.DecodeBytes(image.GetProperty("png").GetBytesFromBase64(), "event", 1_000_000);
        // Nothing was varied: the image itself, twice rounded.
        var expected = ((DecodedImage)ToyImages.Make(30).Items[2]).Image.PixelSpan.ToArray();
        CollectionAssert.AreEqual(expected, shown.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void HistogramsOfWeightsAreWrittenOnRequest(bool isAskedFor)
    {
        using var folder = new TemporaryFolder();

        Train(Options with { LogDirectory = folder.Path, LogWeightHistograms = isAskedFor });

        var histograms = EventReader.Read(EventFileIn(folder.Path)).Where(line => line.TryGetProperty("histogram", out _)).ToArray();
        using var network = ToyImages.Network(seed: 1);
        Assert.HasCount(isAskedFor ? 2 * network.parameters().Count() : 0, histograms);
        foreach (var histogram in histograms.Select(line => line.GetProperty("histogram")))
            Assert.AreEqual(histogram.GetProperty("num").GetDouble(), histogram.GetProperty("counts").EnumerateArray().Sum(count => count.GetDouble()));
    }

    [TestMethod]
    public void AHistogramCountsEveryValueInItsInterval()
    {
        var histogram = WeightHistogram.Of([0, 1, 2, 50, 50]);

        Assert.AreEqual(50, histogram.Largest);
        Assert.AreEqual(103, histogram.Sum);
        Assert.AreEqual(5005, histogram.SumOfSquares);
        CollectionAssert.AreEqual(new double[] { 1, 1, 1 }, histogram.Counts[..3]);
        Assert.AreEqual(2, histogram.Counts[^1]);
        Assert.AreEqual(1, histogram.Limits[0]);
        Assert.AreEqual(50, histogram.Limits[^1]);
        Assert.AreEqual(3, WeightHistogram.Of([7, 7, 7]).Counts.Single());
    }

    [TestMethod]
    public void ALogDoesNotChangeTheTraining()
    {
        using var folder = new TemporaryFolder();

        var logged = Train(Options with { LogDirectory = folder.Path, LogWeightHistograms = true });

        Assert.AreEqual(Train(Options).Epochs[1].TrainLoss, logged.Epochs[1].TrainLoss);
    }

    [TestMethod]
    public void AFolderThatCannotBeWrittenIsNamedWithItsOption()
    {
        using var folder = new TemporaryFolder();
        var blocked = folder.Write("file");

        var error = Assert.ThrowsExactly<IOException>(() => Train(Options with { LogDirectory = blocked }));

        StringAssert.StartsWith(error.Message, $"Option 'LogDirectory' is '{blocked}'");
    }

    private static TrainingHistory Train(TrainingOptions options, bool withValidation = true)
    {
        using var network = ToyImages.Network(seed: 1);
        return TrainingLoop.Run(network, ToyImages.Preprocessing, ToyImages.Make(30), withValidation ? ToyImages.Make(12, seed: 2) : null, options, CPU, _ => { });
    }

    private static string EventFileIn(string folder) => Directory.GetFiles(folder, "events.out.tfevents.*").Single();

    private static IEnumerable<JsonElement> Tagged(IEnumerable<JsonElement> events, string tag) =>
        events.Where(line => line.TryGetProperty("tag", out var found) && found.GetString() == tag);
}
