using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Files that earlier versions wrote: they load, score the same, and a training goes on from them.</summary>
[TestClass]
public sealed class EarlierFilesTests
{
    private const int Size = 16;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Persistence");

    // Scores of the version that wrote the file, on three images.
    private static readonly float[] WrittenScores =
        [0.27146792f, 0.46161175f, 0.26692033f, 0.30844998f, 0.4233004f, 0.2682496f, 0.1929293f, 0.5673608f, 0.23970985f];

    // Scores of a training that goes on today.
    private static readonly float[] ResumedScores =
        [0.27236536f, 0.4591649f, 0.2684698f, 0.30935863f, 0.42095387f, 0.2696875f, 0.19207285f, 0.56708634f, 0.24084082f];

    private readonly MLContext _mlContext = new();

    // What was asked for when the files were written; every option that has had another name is at work.
    private static ImageClassifierTrainer.Options Options { get; } = new()
    {
        Backbone = new ResNetSpec("tiny", BlockKind.Basic, 1, 1)
        {
            BaseWidth = 4,
            Stem = StemKind.Cifar,
            StochasticDepth = new(0.9),
            Shortcut = ResNetShortcut.ZeroPadding,
            Preprocessing = new() { ImageSize = Size, ResizeSize = Size },
        },
        Epochs = 3,
        BatchSize = 6,
        FineTune = FineTuneKind.Gradual,
        CacheFeatures = false,
        HeadEpochFraction = 0.4,
        FirstLayerLearningRateFactor = 0.2,
        EmaDecay = 0.9,
        ClassWeights = new Dictionary<string, double> { ["1"] = 2 },
        ValidationSetFraction = 0.25,
        Augmentation = new()
        {
            MinScale = 0.6,
            MaxScale = 0.9,
            MaxAspectRatio = 1.2,
            Policy = AugmentationPolicy.RandAugment,
            RandAugmentMagnitude = 5,
        },
        Seed = 3,
        Threads = 1,
        Device = ComputeDevice.Cpu,
    };

    [TestMethod]
    public void AModelOfFormat2ScoresAsItDid()
    {
        using var model = (ImageClassifierTransformer)_mlContext.Model.Load(Path.Combine(Folder, "format2.zip"), out _);

        AssertScores(WrittenScores, model);
        Assert.HasCount(3, model.History!.Epochs);
        Assert.AreEqual(1.250263015429179, model.History.Epochs[0].TrainLoss);
    }

    // Of a tiny network that was trained for three epochs; the images are red, green and blue.
    [TestMethod]
    public void AModelOfFormat3ScoresAsItDid()
    {
        float[] written = [0.28088132f, 0.34503597f, 0.3740827f, 0.28018856f, 0.4346475f, 0.2851639f, 0.2601149f, 0.36827976f, 0.3716053f];
        using var model = (ImageClassifierTransformer)_mlContext.Model.Load(Path.Combine(Folder, "format3.zip"), out _);
        var planes = SchemaDefinition.Create(typeof(Planes));
        planes[nameof(Planes.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, Size, Size);
        var images = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(color => new Planes(color)), planes);

        var scores = model.Transform(images).GetColumn<float[]>("Score").SelectMany(values => values).ToList();

        foreach (var (before, found) in written.Zip(scores))
            Assert.AreEqual(before, found, 1e-4f);
        Assert.HasCount(3, model.History!.Epochs);
    }

    // The checkpoint is of the training that format2.zip came from. Its last five batches leave out other branches than they did then,
    // because stochastic depth draws from the training's own seed now: so the scores are near to those, but not the same.
    // Statistics of batch normalization were never kept then.
    [TestMethod]
    public void ATrainingGoesOnFromACheckpointOfFormat1()
    {
        using var folder = new TemporaryFolder();
        var name = "checkpoint-00002-00000001.safetensors";
        folder.Write(name, File.ReadAllBytes(Path.Combine(Folder, "format1-checkpoint", name)));
        var batches = 0;

        using var model = _mlContext.Transforms.ImageClassifier(Options with
        {
            FreezeBatchNorm = false, CheckpointDirectory = folder.Path, Resume = true, StepDone = (_, _) => batches++,
        }).Fit(Data(24));

        Assert.AreEqual(5, batches);
        Assert.AreEqual(1.250263015429179, model.History!.Epochs[0].TrainLoss);
        AssertScores(ResumedScores, model);
    }

    // Processors round differently.
    private void AssertScores(float[] expected, ImageClassifierTransformer model)
    {
        var scores = model.Transform(Data(3)).GetColumn<float[]>("Score").SelectMany(values => values).ToList();

        Assert.HasCount(expected.Length, scores);
        foreach (var (written, found) in expected.Zip(scores))
            Assert.AreEqual(written, found, 1e-4f);
    }

    private IDataView Data(int count) =>
        _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Rows(24)).Transform(Rows(count));

    private IDataView Rows(int count) => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row(i)));

    // Stripes across, down or aslant: drawn here, since checkpoints know their images by content.
    private sealed class Row(int index)
    {
        [VectorType(3, Size, Size)]
        public float[] Image { get; } =
        [
            .. Enumerable.Range(0, 3 * Size * Size).Select(i =>
            {
                var (channel, y, x) = (i / (Size * Size), i / Size % Size, i % Size);
                var position = (index % 3) switch { 0 => x, 1 => y, _ => x + y };
                return (position + index) / 2 % 2 == 0 ? (float)(60 + 31 * index % 190) : 20 * channel;
            }),
        ];

        public string Label { get; } = $"{index % 3}";
    }

    private sealed class Planes(int color)
    {
        public float[] Image { get; set; } =
            [.. Enumerable.Range(0, 3 * Size * Size).Select(place => place / (Size * Size) == color ? 200f : 60f)];

        public string Label { get; set; } = "blue";
    }
}
