using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class FeatureCacheTests
{
    private static readonly TrainingOptions Options = new() { BatchSize = 8, Augmentation = null, Threads = 1 };

    [TestMethod]
    public void KnownFeaturesAreNotComputedAgain()
    {
        using var folder = new TemporaryFolder();
        var (computed, _) = Features(ToyImages.Make(20), Open(folder));

        var cache = Open(folder);
        var (found, seen) = Features(ToyImages.Make(20), cache);

        Assert.AreEqual(0, seen);
        Assert.AreEqual(20, cache.Count);
        CollectionAssert.AreEqual(computed, found);
    }

    [TestMethod]
    public void OnlyImagesWithOtherContentsAreComputed()
    {
        using var folder = new TemporaryFolder();
        Features(ToyImages.Make(20), Open(folder));
        var changed = ToyImages.Make(20);
        ((DecodedImage)changed.Items[7]).Image.Pixels[5] ^= 1;

        var (features, seen) = Features(changed, Open(folder));

        Assert.AreEqual(1, seen);
        CollectionAssert.AreEqual(Features(changed, null).Features, features);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(14)]
    [DataRow(200)]
    [DataRow(-1)]
    public void ADamagedFileIsComputedAgainAndReplaced(int place)
    {
        using var folder = new TemporaryFolder();
        var (expected, _) = Features(ToyImages.Make(20), Open(folder));
        var path = Directory.GetFiles(folder.Path).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[place < 0 ? ^1 : place] ^= 1;
        File.WriteAllBytes(path, bytes);
        var log = new List<string>();

        var (found, seen) = Features(ToyImages.Make(20), Open(folder, log.Add));

        Assert.AreEqual(20, seen);
        CollectionAssert.AreEqual(expected, found);
        StringAssert.Contains(log.Single(), path);
        Assert.AreEqual(0, Features(ToyImages.Make(20), Open(folder)).Seen);
    }

    [TestMethod]
    public void AFileThatIsCutOffIsComputedAgain()
    {
        using var folder = new TemporaryFolder();
        Features(ToyImages.Make(20), Open(folder));
        var path = Directory.GetFiles(folder.Path).Single();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);

        Assert.AreEqual(20, Features(ToyImages.Make(20), Open(folder)).Seen);
    }

    [TestMethod]
    public void WeightsPreprocessingAndPrecisionMakeTheKey()
    {
        using var network = ToyImages.Network(seed: 1);
        using var other = ToyImages.Network(seed: 2);
        var preprocessing = ToyImages.Preprocessing;
        var key = FeatureKey.Of(network.Backbone, preprocessing, Precision.Float32, 100);

        Assert.AreEqual(
            key, FeatureKey.Of(network.Backbone, preprocessing with { Mean = [.. preprocessing.Mean] }, Precision.Float32, 100));
        string[] others =
        [
            FeatureKey.Of(other.Backbone, preprocessing, Precision.Float32, 100),
            FeatureKey.Of(network.Backbone, preprocessing with { Mean = [0, 0, 0] }, Precision.Float32, 100),
            FeatureKey.Of(network.Backbone, preprocessing with { ResizeSize = 20 }, Precision.Float32, 100),
            FeatureKey.Of(network.Backbone, preprocessing, Precision.BFloat16, 100),
            FeatureKey.Of(network.Backbone, preprocessing, Precision.Float32, 99),
        ];
        Assert.HasCount(6, others.Append(key).Distinct());
    }

    [TestMethod]
    public void OneChangedWeightMakesAnotherKey()
    {
        using var network = ToyImages.Network(seed: 1);
        var key = FeatureKey.Of(network.Backbone, ToyImages.Preprocessing, Precision.Float32, 100);

        using (no_grad())
            network.Backbone.parameters().Last().add_(1e-6f);

        Assert.AreNotEqual(key, FeatureKey.Of(network.Backbone, ToyImages.Preprocessing, Precision.Float32, 100));
    }

    [TestMethod]
    public void ATrainingWithKeptFeaturesGivesTheSameHead()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { FineTune = FineTuneKind.HeadOnly, Epochs = 3 };
        var expected = TrainedHead(options);

        var first = TrainedHead(options with { FeatureCacheDirectory = Path.Combine(folder.Path, "new", "cache") });
        var second = TrainedHead(options with { FeatureCacheDirectory = Path.Combine(folder.Path, "new", "cache") });

        CollectionAssert.AreEqual(expected, first);
        CollectionAssert.AreEqual(expected, second);
        Assert.HasCount(1, Directory.GetFiles(Path.Combine(folder.Path, "new", "cache")));
    }

    [TestMethod]
    public void AFolderThatCannotBeMadeIsNamedWithItsOption()
    {
        using var folder = new TemporaryFolder();
        var blocked = Path.Combine(folder.Path, "file");
        File.WriteAllText(blocked, "");

        var error = Assert.ThrowsExactly<IOException>(
            () => TrainedHead(Options with { FineTune = FineTuneKind.HeadOnly, FeatureCacheDirectory = blocked }));

        StringAssert.StartsWith(error.Message, $"Option 'FeatureCacheDirectory' is '{blocked}'");
    }

    [TestMethod]
    public void TheContentsOfAFileCountAndNotItsName()
    {
        using var folder = new TemporaryFolder();
        var (one, same, other) = (Path.Combine(folder.Path, "1"), Path.Combine(folder.Path, "2"), Path.Combine(folder.Path, "3"));
        File.WriteAllBytes(one, [1, 2, 3]);
        File.WriteAllBytes(same, [1, 2, 3]);
        File.WriteAllBytes(other, [1, 2, 4]);

        Assert.AreEqual(ImageContent.Hash(new ImageFile(one)), ImageContent.Hash(new ImageFile(same)));
        Assert.AreEqual(ImageContent.Hash(new ImageFile(one)), ImageContent.Hash(new EncodedImage([1, 2, 3], "row 1")));
        Assert.AreNotEqual(ImageContent.Hash(new ImageFile(one)), ImageContent.Hash(new ImageFile(other)));
        Assert.IsNull(ImageContent.Hash(new ImageFile(Path.Combine(folder.Path, "missing"))));
    }

    private static FeatureCache Open(TemporaryFolder folder, Action<string>? log = null) => new(folder.Path, "key", 4, log ?? (_ => { }));

    // Features of 4 numbers: the mean of each channel and of all.
    private static (float[] Features, int Seen) Features(TrainingImages images, FeatureCache? cache)
    {
        var seen = 0;
        var source = new ImageDataset(images, "training", ToyImages.Preprocessing, Options, CPU, (_, _) => { });
        using var dataset = new FeatureDataset(source, 4, Look, Options, CPU, cache);
        var values = new List<float>();
        foreach (var batch in dataset.Read(dataset.ReadableIndices, 3, epoch: null))
        {
            using var scope = NewDisposeScope();
            values.AddRange(batch.ToTensor().data<float>().ToArray());
        }
        return ([.. values], seen);

        Tensor Look(Tensor batch)
        {
            seen += (int)batch.shape[0];
            return cat([batch.mean([2, 3]), batch.mean([1, 2, 3]).unsqueeze(1)], 1);
        }
    }

    private static byte[] TrainedHead(TrainingOptions options)
    {
        using var network = ToyImages.Network(seed: 1);
        TrainingLoop.Run(network, ToyImages.Preprocessing, ToyImages.Make(30), ToyImages.Make(12, seed: 2), options, CPU, _ => { });
        return [.. network.Head.parameters().SelectMany(parameter => parameter.bytes.ToArray())];
    }
}
