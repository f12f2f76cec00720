using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using Tensorboard;
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
        var cells = lines[2].Split(',');
        Assert.AreEqual("", cells[^1], "mean average precision is of images that may show several classes");
        var last = cells.SkipLast(1).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
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
    public void TheEventsOfEveryStepAndEpochAreWritten()
    {
        using var folder = new TemporaryFolder();

        var history = Train(Options with { LogDirectory = Path.Combine(folder.Path, "a", "b") });

        var events = EventsIn(Path.Combine(folder.Path, "a", "b"));
        Assert.AreEqual("brain.Event:2", events[0].FileVersion);
        Assert.IsTrue(events.All(happening => Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - happening.WallTime) < 600));
        CollectionAssert.AreEqual(
            new long[] { 1, 2, 3, 4, 5, 6 }, Tagged(events, "step/loss").Select(happening => happening.Step).ToArray());
        Assert.HasCount(6, Tagged(events, "step/learning_rate"));
        var accuracies = Tagged(events, "accuracy/validation").Select(happening => happening.Summary.Value.Single().SimpleValue).ToArray();
        Assert.HasCount(2, accuracies);
        Assert.AreEqual(history.Epochs[1].ValidationAccuracy!.Value, accuracies[1], 1e-6);
    }

    [TestMethod]
    public void AFewTrainingImagesAreShownAsTheNetworkMeetsThem()
    {
        using var folder = new TemporaryFolder();

        Train(Options with { LogDirectory = folder.Path });

        var images = EventsIn(folder.Path).SelectMany(Values).Where(value => value.Image is not null).ToArray();
        Assert.HasCount(8, images);
        var image = images[2].Image;
        Assert.AreEqual((ToyImages.Size, ToyImages.Size, 3), (image.Width, image.Height, image.Colorspace));
        using var shown = ImageDecoder.DecodeBytes(image.EncodedImageString.ToByteArray(), "event", 1_000_000);
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

        var histograms =
            EventsIn(folder.Path).SelectMany(Values).Select(value => value.Histo).Where(histogram => histogram is not null).ToArray();
        using var network = ToyImages.Network(seed: 1);
        Assert.HasCount(isAskedFor ? 2 * network.parameters().Count() : 0, histograms);
        foreach (var histogram in histograms)
        {
            Assert.AreEqual(histogram.Num, histogram.Bucket.Sum());
            Assert.HasCount(histogram.Bucket.Count, histogram.BucketLimit);
        }
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
        return TrainingLoop.Run(
            network, ToyImages.Preprocessing, ToyImages.Make(30), withValidation
                ? ToyImages.Make(12, seed: 2)
                : null, options, CPU, _ => { });
    }

    private static IEnumerable<Event> Tagged(IEnumerable<Event> events, string tag) =>
        events.Where(happening => Values(happening).Any(value => value.Tag == tag));

    private static IEnumerable<Summary.Types.Value> Values(Event happening) => happening.Summary?.Value ?? [];

    /// <summary>The events of the only event file in a folder, once the check sums of its records are found right.</summary>
    private static List<Event> EventsIn(string folder)
    {
        var rest = File.ReadAllBytes(Directory.GetFiles(folder, "events.out.tfevents.*").Single()).AsSpan();
        var events = new List<Event>();
        while (!rest.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            var record = rest.Slice(12, length);
            Assert.AreEqual(MaskedChecksum(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            Assert.AreEqual(MaskedChecksum(record), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(record.ToArray()));
            rest = rest[(16 + length)..];
        }
        return events;
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes) =>
        BitOperations.RotateRight(Crc32.HashToUInt32(Crc32ParameterSet.Crc32C, bytes), 15) + 0xA282EAD8;
}
