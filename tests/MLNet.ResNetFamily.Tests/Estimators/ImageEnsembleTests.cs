using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed partial class ImageEnsembleTests
{
    private static readonly string[] OtherOrder = ["crimson", "amber", "blue"];
    private static readonly double[] ThreeToOne = [3, 1];

    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(16, TestTimeAugmentation.None, DisplayName = "equal preprocessing")]
    [DataRow(12, TestTimeAugmentation.None, DisplayName = "other preprocessing")]
    [DataRow(12, TestTimeAugmentation.FiveCrops, DisplayName = "several views")]
    public void EqualsTheHandAveragedProbabilities(int otherSize, TestTimeAugmentation views)
    {
        var files = Files(10, size: 40);
        var (one, other) = (Member(1, TestImages.ClassNames), Member(2, OtherOrder, otherSize));
        foreach (var member in new[] { one, other })
            member.Scoring = member.Scoring with { TestTimeAugmentation = views };
        var expected = HandAveraged(Scores(one, files), Scores(other, files));

        using var ensemble = _mlContext.Transforms.ImageEnsemble([one, other], ThreeToOne);
        var scored = ensemble.Transform(files);

        var scores = scored.GetColumn<float[]>("Score").ToArray();
        CollectionAssert.AreEqual(TestImages.ClassNames, ensemble.ClassNames.ToArray());
        CollectionAssert.AreEqual(new[] { 0.75, 0.25 }, ensemble.Weights.ToArray());
        foreach (var (mean, score) in expected.Zip(scores))
        {
            for (var k = 0; k < mean.Length; k++)
                Assert.AreEqual(mean[k], score[k], 1e-6);
        }
        Assert.IsGreaterThan(0.01, expected.Max(mean => mean.Max() - mean.Min()), "the networks must tell the classes apart");
        CollectionAssert.AreEqual(
            expected.Select(mean => (uint)mean.IndexOf(mean.Max()) + 1).ToArray(), scored.GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void WhereAnImageMayGetSeveralLabelsTheMeanReachesTheMeanOfTheThresholds()
    {
        var files = Files(9);
        var (one, other) = (Several(1, TestImages.ClassNames), Several(2, OtherOrder));
        one.Thresholds = [0.25f, 0.5f, 0.75f];
        other.Thresholds = [0.5f, 0.75f, 0.25f];
        var expected = HandAveraged(Scores(one, files), Scores(other, files));

        using var ensemble = _mlContext.Transforms.ImageEnsemble([one, other], ThreeToOne);
        var path = Save(ensemble, files.Schema);
        using var loaded = (ImageEnsembleTransformer)_mlContext.Model.Load(path, out _);

        Assert.IsTrue(loaded.IsMultiLabel);
        CollectionAssert.AreEqual(new[] { 0.375f, 0.4375f, 0.6875f }, loaded.Thresholds!.ToArray());
        var scored = loaded.Transform(files);
        var rows = scored.GetColumn<float[]>("Score").Zip(scored.GetColumn<string[]>("PredictedLabel")).ToList();
        foreach (var (mean, (scores, labels)) in expected.Zip(rows))
        {
            for (var k = 0; k < mean.Length; k++)
                Assert.AreEqual(mean[k], scores[k], 1e-6);
            CollectionAssert.AreEqual(TestImages.ClassNames.Where((_, k) => scores[k] >= loaded.Thresholds![k]).ToArray(), labels);
        }
        Assert.IsGreaterThan(1, rows.Select(row => row.Second.Length).Distinct().Count(), "all images get as many labels");
    }

    [TestMethod]
    public void ThresholdsThatAreSetAreThoseOfEveryMember()
    {
        using var ensemble = _mlContext.Transforms.ImageEnsemble([Several(1, TestImages.ClassNames), Several(2, OtherOrder)], ThreeToOne);
        using var single = Ensemble(16);

        ensemble.Thresholds = [0.1f, 0.2f, 0.3f];

        CollectionAssert.AreEqual(new[] { 0.1f, 0.2f, 0.3f }, ensemble.Thresholds.ToArray());
        CollectionAssert.AreEqual(new[] { 0.3f, 0.1f, 0.2f }, ensemble.Members[1].Thresholds!.ToArray());
        var error = Assert.ThrowsExactly<ArgumentException>(() => ensemble.Thresholds = [0.1f, 0.2f, 0.3f, 0.4f]);
        StringAssert.Contains(error.Message, "'Thresholds' is [0.1, 0.2, 0.3, 0.4], but it must be a number from 0 to 1");
        Assert.IsNull(single.Thresholds);
        Assert.ThrowsExactly<InvalidOperationException>(() => single.Thresholds = [0.1f, 0.2f, 0.3f]);
        Assert.ThrowsExactly<InvalidOperationException>(() => single.EvaluateMultiLabel(Files(3)));
    }

    [TestMethod]
    public void DecodedImagesScoreLikeTheirFiles()
    {
        var images = Enumerable.Range(0, 5)
            .Select(i => new TestImages.ImageRow { Number = i, Image = TestImages.Image(i, 40), Label = TestImages.LabelOf(i) }).ToList();
        using var ensemble = Ensemble(12);

        var ofImages = Scores(ensemble, _mlContext.Data.LoadFromEnumerable(images));

        foreach (var (image, file) in ofImages.Zip(Scores(ensemble, Files(5, size: 40))))
            CollectionAssert.AreEqual(file, image);
    }

    [TestMethod]
    public void OpensEachFileOnceAlthoughThePreprocessingDiffers()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Openings are counted with inotify, which Linux alone has.");
        var files = Files(7, size: 40);
        using var ensemble = Ensemble(12);
        using var opened = new OpenedFiles(TestImages.ClassNames.Select(name => _folder.File($"images/{name}")));

        Assert.HasCount(7, Scores(ensemble, files));

        Assert.AreEqual(7, opened.Count());
        Assert.IsTrue(ensemble.Members.All(member => member.ForwardPassCount == 1));
    }

    [TestMethod]
    public void APredictionEngineGivesTheSameScores()
    {
        var files = Files(3, size: 40);
        using var ensemble = Ensemble(12);
        var scores = Scores(ensemble, files);

        using var engine = _mlContext.Model.CreatePredictionEngine<TestImages.PathRow, TestImages.ScoredRow>(ensemble, files.Schema);
        var rows = _mlContext.Data.CreateEnumerable<TestImages.PathRow>(files, reuseRowObject: false).ToArray();

        for (var i = 0; i < rows.Length; i++)
        {
            var score = engine.Predict(rows[i]).Score;
            for (var k = 0; k < score.Length; k++)
                Assert.AreEqual(scores[i][k], score[k], 1e-6);
        }
    }

    [TestMethod]
    public void AnotherProcessThatNeverCallsTheLibraryGetsTheSameScores()
    {
        var files = Files(4, size: 40);
        using var ensemble = Ensemble(12);
        var path = Save(ensemble, files.Schema);

        var printed = BuiltProgram.Lines("LoadInAnotherProcess", [path, "Score", .. files.GetColumn<string>("Image")]);

        var expected = Scores(ensemble, files).SelectMany(score => score).ToArray();
        var found = printed.SelectMany(line => line.Split(' ')).Select(Number).ToArray();
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-6);
    }

    [TestMethod]
    public void AChainWithAnEnsembleIsSavedAndLoadedAsItIs()
    {
        var files = Files(4);
        var ensemble = Ensemble(12);
        ensemble.Scoring = ensemble.Scoring with { BatchSize = 3, TopK = 2, OnBadImage = OnBadImage.Skip };
        using var chain = ensemble.Append(
            _mlContext.Transforms.Conversion.MapKeyToValue("Guess", "PredictedLabel").Fit(ensemble.Transform(files)));

        var path = _folder.File("chain.zip");
        _mlContext.Model.Save(chain, files.Schema, path);
        var loaded = _mlContext.Model.Load(path, out _);
        using var disposable = (IDisposable)loaded;

        var found = (ImageEnsembleTransformer)ClassifierFinder.Of(loaded);
        CollectionAssert.AreEqual(ensemble.Weights.ToArray(), found.Weights.ToArray());
        Assert.AreEqual((3, 2, OnBadImage.Skip), (found.Scoring.BatchSize, found.Scoring.TopK, found.Scoring.OnBadImage));
        CollectionAssert.AreEqual(
            chain.Transform(files).GetColumn<string>("Guess").ToArray(), loaded.Transform(files).GetColumn<string>("Guess").ToArray());
        Assert.AreEqual(2, loaded.Transform(files).GetColumn<string[]>("TopLabels").First().Length);
    }

    [TestMethod]
    public void AnImageThatCannotBeReadIsNamedOrSkipped()
    {
        var files = _mlContext.Data.LoadFromEnumerable([.. PathRows(2), new TestImages.PathRow { Image = "nowhere.png" }]);
        using var ensemble = Ensemble(12);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Scores(ensemble, files));
        ensemble.Scoring = ensemble.Scoring with { OnBadImage = OnBadImage.Skip };
        var scores = Scores(ensemble, files);

        StringAssert.Contains(error.Message, "nowhere.png");
        Assert.IsTrue(scores[2].All(float.IsNaN));
        Assert.IsFalse(scores[1].Any(float.IsNaN));
    }

    [TestMethod]
    public void ItsAccuracyIsThatOfItsScores()
    {
        var files = Files(9);
        using var ensemble = Ensemble(12);
        var right = ensemble.Transform(files).GetColumn<uint>("PredictedLabel").Select((key, i) => key == (i % 3) + 1 ? 1.0 : 0).Average();

        Assert.AreEqual(right, ensemble.Evaluate(files).MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void ItsReportNamesEveryNetwork()
    {
        using var ensemble = Ensemble(12);

        var page = File.ReadAllText(ensemble.WriteReport(Files(6), _folder.File("report")));

        StringAssert.Contains(page, "Backbone of network 1");
        StringAssert.Contains(page, "Weight of network 2");
    }

    [TestMethod]
    public void DifferentClassesAreNamed()
    {
        using var one = Member(1, ["amber", "blue", "crimson"]);
        using var other = Member(2, ["amber", "blue", "dodo"]);
        using var third = Member(3, ["amber", "blue", "crimson", "emu"], classes: 4);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageEnsemble([one, other, third]));

        StringAssert.Contains(
            error.Message,
            "model 2 lacks 'crimson' of model 1 and knows 'dodo', which model 1 does not; model 3 knows 'emu', which model 1 does not.");
        StringAssert.Contains(error.Message, "Give classifiers of the same classes; their order may differ.");
    }

    [TestMethod]
    [DataRow(new double[] { 1 }, "There are 1 weights for 2 models.")]
    [DataRow(new double[] { 1, 0 }, "Weight 2 of 2 is 0, but must be a finite number above 0.")]
    [DataRow(new double[] { double.NaN, 1 }, "Weight 1 of 2 is NaN, but must be a finite number above 0.")]
    public void WeightsThatCannotBeAreRefused(double[] weights, string words)
    {
        using var one = Member(1, TestImages.ClassNames);
        using var other = Member(2, OtherOrder);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageEnsemble([one, other], weights));

        StringAssert.Contains(error.Message, words);
    }

    [TestMethod]
    public void ModelsThatMakeNoEnsembleAreRefused()
    {
        using var ensemble = Ensemble(12);
        using var one = Member(1, TestImages.ClassNames);
        using var other = ImageClassifierTransformer.FromNetwork(
            _mlContext, Network(2, 3), TestImages.ClassNames, TinyClassifier.Backbone.Preprocessing, "Photo");
        using var upright = ImageClassifierTransformer.FromNetwork(
            _mlContext, Network(2, 3), TestImages.ClassNames, TinyClassifier.Backbone.Preprocessing with { AppliesExifOrientation = true });
        var none = _mlContext.Transforms.CopyColumns("A", "Label").Fit(Files(1));

        Refused([one], "An ensemble takes at least 2 models, but 1 is given.");
        Refused([one, none], "Model 2 of 2 holds no image classifier.");
        Refused([one, ensemble], "Model 2 of 2 is an ensemble of 2 classifiers. Give its members instead");
        Refused(
            [one, upright],
            "model 1 takes 3 channels and ignores EXIF orientations, while model 2 takes 3 and applies them. Give models that agree.");
        Refused([one, other], "The models read the images from different columns: 'Image', 'Photo'.");

        void Refused(ITransformer[] models, string words) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageEnsemble(models)).Message, words);
    }

    [TestMethod]
    public void HeatmapsAreRefused()
    {
        using var ensemble = Ensemble(12);

        var error = Assert.ThrowsExactly<ArgumentException>(() => ensemble.Scoring = ensemble.Scoring with { Heatmap = true });

        StringAssert.Contains(error.Message, "an ensemble has no heatmap");
    }

    [TestMethod]
    public void TrainingCannotStartFromIt()
    {
        using var ensemble = Ensemble(12);
        var path = Save(ensemble, Files(3).Schema);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => SavedClassifier.Load(path));

        StringAssert.Contains(error.Message, $"'{path}': The model is an ensemble of 2 classifiers");
    }

    [TestMethod]
    [DataRow("{\"format\":2,\"weights\":[0.5,0.5]}", "saved in format 2, but this version of MLNet.ResNetFamily reads formats up to 1")]
    [DataRow("{\"format\":1,\"weights\":[1]}", "it has not a weight above 0 for each of two members or more")]
    [DataRow("{\"format\":1,\"weights\":[0.5,-1]}", "it has not a weight above 0")]
    [DataRow("{\"format\":1,", "is damaged")]
    public void DamagedAndNewerHeadersAreRefused(string json, string words)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(json);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => EnsembleHeader.Read(reader));

        StringAssert.Contains(error.Message, words);
    }

    [TestMethod]
    public void AFileThatLacksAMemberIsRefused()
    {
        using var ensemble = Ensemble(12);
        var path = Save(ensemble, Files(3).Schema);
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update))
        {
            archive.Entries.Where(entry => entry.FullName.Contains("Member_001", StringComparison.Ordinal)).ToList()
                .ForEach(entry => entry.Delete());
        }

        // ML.NET calls the loader by reflection, which wraps what it throws.
        var error = Assert.ThrowsExactly<TargetInvocationException>(() => _mlContext.Model.Load(path, out _)).GetBaseException();

        Assert.IsInstanceOfType<InvalidDataException>(error);
        StringAssert.Contains(error.Message, "'Member_001'");
    }

    [TestMethod]
    public void DisposingOfItFreesItsMembers()
    {
        var files = Files(2);
        var ensemble = Ensemble(12);

        ensemble.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => Scores(ensemble, files));
        Assert.ThrowsExactly<ObjectDisposedException>(() => Scores(ensemble.Members[1], files));
    }

    private ImageEnsembleTransformer Ensemble(int otherSize) =>
        _mlContext.Transforms.ImageEnsemble([Member(1, TestImages.ClassNames), Member(2, OtherOrder, otherSize)], ThreeToOne);

    private ImageClassifierTransformer Member(int seed, string[] classNames, int size = TestImages.Size, int classes = 3)
    {
        var preprocessing = TinyClassifier.Backbone.Preprocessing with { ImageSize = size, ResizeSize = size + 4 };
        var member = ImageClassifierTransformer.FromNetwork(_mlContext, Network(seed, classes), classNames, preprocessing, "Image");
        member.Scoring = member.Scoring with { Threads = 1 };
        return member;
    }

    private ImageClassifierTransformer Several(int seed, string[] classNames) => new(
        _mlContext, Network(seed, classNames.Length), ClassLabels.Of(classNames), TinyClassifier.Backbone.Preprocessing,
        new() { PredictedLabelIsText = true }, OutputActivation.Sigmoid)
    {
        Scoring = new() { Threads = 1 },
    };

    private static ImageClassifierNetwork Network(int seed, int classes)
    {
        using (TorchModes.Enter())
        {
            TorchSharp.torch.random.manual_seed(seed);
            var network = new ImageClassifierNetwork(TinyClassifier.Backbone, classes);
            using (TorchSharp.torch.no_grad())
            {
                foreach (var (name, parameter) in network.named_parameters())
                {
                    if (name.EndsWith("fc.weight", StringComparison.Ordinal))
                        parameter.mul_(20);
                }
            }
            return network;
        }
    }

    private string Save(ITransformer model, DataViewSchema schema)
    {
        var path = _folder.File("ensemble.zip");
        _mlContext.Model.Save(model, schema, path);
        return path;
    }

    private IDataView Files(int count, int size = TestImages.Size) => _mlContext.Data.LoadFromEnumerable(PathRows(count, size));

    private List<TestImages.PathRow> PathRows(int count, int size = TestImages.Size) =>
        TestImages.Files(_folder.File("images"), count, size: size);

    private static float[][] Scores(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float[]>("Score")];

    // 'OtherOrder' begins with the last class.
    private static List<double[]> HandAveraged(float[][] one, float[][] other) =>
        [.. one.Zip(other, (a, b) => new[] { (3.0 * a[0] + b[1]) / 4, (3.0 * a[1] + b[2]) / 4, (3.0 * a[2] + b[0]) / 4 })];

    private static double Number(string text) =>
        BitConverter.UInt32BitsToSingle(Convert.ToUInt32(text, 16));

    /// <summary>Counts how often files of some folders are opened.</summary>
    private sealed partial class OpenedFiles : IDisposable
    {
        private const int NonBlocking = 0x800;
        private const uint Open = 0x20;
        private const int EventLength = 16;

        private readonly int _handle = Start(NonBlocking);

        public OpenedFiles(IEnumerable<string> folders)
        {
            foreach (var folder in folders)
                Assert.IsGreaterThanOrEqualTo(0, Watch(_handle, folder, Open));
        }

        /// <summary>Openings since the last count.</summary>
        public int Count()
        {
            var (buffer, count) = (new byte[1 << 16], 0);
            for (var length = Read(_handle, buffer, buffer.Length); length > 0; length = Read(_handle, buffer, buffer.Length))
            {
                for (var at = 0; at < length; at += EventLength + BitConverter.ToInt32(buffer, at + 12))
                    count++;
            }
            return count;
        }

        public void Dispose() => Close(_handle);

        [LibraryImport("libc", EntryPoint = "inotify_init1")]
        private static partial int Start(int flags);

        [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Watch(int handle, string path, uint mask);

        [LibraryImport("libc", EntryPoint = "read")]
        private static partial nint Read(int handle, byte[] buffer, nint count);

        [LibraryImport("libc", EntryPoint = "close")]
        private static partial int Close(int handle);
    }
}
