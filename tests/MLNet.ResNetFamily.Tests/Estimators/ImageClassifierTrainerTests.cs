using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ImageClassifierTrainerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void APipelineTrainsEvaluatesAndPredicts()
    {
        var images = _mlContext.Data.LoadFromEnumerable(TestImages.Images(36));
        var split = _mlContext.Data.TrainTestSplit(images, testFraction: 0.25);
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        using var model = pipeline.Fit(split.TrainSet);
        var metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        Assert.IsGreaterThan(0.8, metrics.MicroAccuracy);
        CollectionAssert.AreEqual(TestImages.ClassNames, model.LastTransformer is null ? null : ClassNames(model.Transform(images)));
    }

    [TestMethod]
    public void ThePredictedLabelHasTheValuesOfANumericLabel()
    {
        var rows = Enumerable.Range(0, 24).Select(i => new NumberedRow { Image = TestImages.Planes(i), Label = i % 3 * 10 });
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1 }))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Value", "PredictedLabel"));
        var data = _mlContext.Data.LoadFromEnumerable(rows);

        using var model = pipeline.Fit(data);
        var values = model.Transform(data).GetColumn<float>("Value").ToList();

        Assert.HasCount(24, values);
        Assert.IsTrue(values.All(value => value is 0 or 10 or 20), string.Join(", ", values));
    }

    [TestMethod]
    public void TheSameOptionsGiveTheSameModelTwice()
    {
        var data = TinyClassifier.Planes(_mlContext, 12);
        var trainer = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 2 });

        using var first = trainer.Fit(data);
        using var second = trainer.Fit(data);

        CollectionAssert.AreEqual(Scores(first, data), Scores(second, data));
    }

    [TestMethod]
    public void AnotherSeedGivesAnotherModel()
    {
        var data = TinyClassifier.Planes(_mlContext, 12);

        using var first = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1, Seed = 1 }).Fit(data);
        using var second = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1, Seed = 2 }).Fit(data);

        CollectionAssert.AreNotEqual(Scores(first, data), Scores(second, data));
    }

    [TestMethod]
    public void TheSeedOfTheContextReachesTheTraining()
    {
        float[] Trained(MLContext mlContext, int? seed)
        {
            var data = TinyClassifier.Planes(mlContext, 12);
            using var model = mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1, Seed = seed }).Fit(data);
            return Scores(model, data);
        }

        CollectionAssert.AreEqual(Trained(new(), seed: 1), Trained(new(), seed: null));
        CollectionAssert.AreEqual(Trained(new(), seed: 7), Trained(new(seed: 7), seed: null));
        CollectionAssert.AreEqual(Trained(new(), seed: 1), Trained(new(seed: 7), seed: 1));
        CollectionAssert.AreNotEqual(Trained(new(seed: 7), seed: null), Trained(new(seed: 8), seed: null));
    }

    [TestMethod]
    public void AFractionOfEveryClassIsSetAsideForValidation()
    {
        var data = TinyClassifier.Planes(_mlContext, 24);
        var options = TinyClassifier.Options with { Epochs = 1, ValidationSetFraction = 0.25 };

        var prepared = PreparedTraining.From(_mlContext, options, data, teacher: null, _ => { });
        using var network = prepared.Network;
        using var model = _mlContext.Transforms.ImageClassifier(options).Fit(data);

        CollectionAssert.AreEqual(new[] { 2, 2, 2 }, CountsOf(prepared.Validation!));
        CollectionAssert.AreEqual(new[] { 6, 6, 6 }, CountsOf(prepared.Train));
        Assert.IsNotNull(model.History!.Epochs.Single().ValidationAccuracy);

        static int[] CountsOf(TrainingImages images) =>
            [.. images.Labels.CountBy(label => label).OrderBy(entry => entry.Key).Select(entry => entry.Value)];
    }

    [TestMethod]
    public void ALearningRateIsFoundWithoutATrace()
    {
        var data = TinyClassifier.Planes(_mlContext, 24);
        var trainer = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1 });
        using var before = trainer.Fit(data);

        var curve = trainer.FindLearningRate(data, stepCount: 60);
        using var after = trainer.Fit(data);

        Assert.AreEqual(1e-6, curve.Points[0].LearningRate, 1e-12);
        Assert.IsInRange(10, 60, curve.Points.Count);
        Assert.IsTrue(curve.Points.Zip(curve.Points.Skip(1)).All(pair => pair.First.LearningRate < pair.Second.LearningRate));
        Assert.IsInRange(1e-4, 3, curve.Suggestion);
        CollectionAssert.AreEqual(Scores(before, data), Scores(after, data));
    }

    [TestMethod]
    public void TheCatalogOfMulticlassTrainersHasItToo()
    {
        var data = TinyClassifier.Planes(_mlContext, 12);

        using var model =
            _mlContext.MulticlassClassification.Trainers.ImageClassifier(TinyClassifier.Options with { Epochs = 1 }).Fit(data);

        Assert.AreEqual("tiny", model.Backbone.Name);
    }

    [TestMethod]
    public void CrossValidationTrainsEachFold()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 24)));
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 2 }));

        var folds = _mlContext.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 3);

        Assert.HasCount(3, folds);
        Assert.IsTrue(folds.All(fold => double.IsFinite(fold.Metrics.LogLoss)));
        foreach (var fold in folds)
            (fold.Model as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void EveryEpochIsReportedAndLogged()
    {
        var epochs = new List<TrainingProgress>();
        var messages = new List<string>();
        _mlContext.Log += (_, e) => messages.Add(e.Message);

        using var model = TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { Epochs = 3, Progress = new Immediately(epochs.Add) });

        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, epochs.Select(epoch => epoch.Epoch).ToArray());
        Assert.HasCount(3, model.History!.Epochs);
        Assert.IsGreaterThanOrEqualTo(3, messages.Count(message => message.Contains("poch", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void TheValidationSetIsJudgedAfterEveryEpoch()
    {
        var data = TinyClassifier.Planes(_mlContext, 24);
        var split = _mlContext.Data.TrainTestSplit(data, testFraction: 0.3);

        using var model = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 2, ValidationSet = split.TestSet })
            .Fit(split.TrainSet);

        Assert.IsTrue(model.History!.Epochs.All(epoch => epoch.ValidationLoss is > 0 && epoch.ValidationAccuracy is >= 0 and <= 1));
    }

    [TestMethod]
    public void AnImageThatCannotBeReadIsLeftOut()
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(folder.Path, 12);
        File.WriteAllText(rows[4].Image, "no image");
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows));
        var messages = new List<string>();
        _mlContext.Log += (_, e) => messages.Add(e.Message);

        using var model = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1 }).Fit(data);

        Assert.IsTrue(
            messages.Any(message => message.Contains(rows[4].Image, StringComparison.Ordinal)), "The log does not name the file.");
    }

    [TestMethod]
    public void ALabelThatIsNeitherKeyNorTextIsRefused()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new { Image = "a.png", Label = 1f }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(data));

        StringAssert.Contains(
            error.Message,
            "Label column 'Label' has the type Single, but it must be a key or text. Put Conversion.MapValueToKey(\"Label\")");
    }

    [TestMethod]
    public void ALabelThatIsNeitherIsRefusedInAChainBeforeAnyFit()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new { Image = "a.png", Label = 1f }]);
        var fits = 0;
        var pipeline = new CountingEstimator(() => fits++).Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options));

        var error = Assert.ThrowsExactly<ArgumentException>(() => pipeline.Fit(data));

        StringAssert.Contains(error.Message, "must be a key or text");
        Assert.AreEqual(0, fits);
    }

    [TestMethod]
    public void OneClassIsRefused()
    {
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 3, 6])));

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(data));

        StringAssert.Contains(error.Message, "Label column 'Label' of the training set has 1 class, but a classifier needs at least 2.");
    }

    [TestMethod]
    public void OneClassAmongTheRowsIsRefused()
    {
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Fit(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1, 2])));
        var ambers = keys.Transform(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 3, 6, 9])));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(ambers));

        StringAssert.Contains(error.Message, "All 4 rows of the training set have the label 'amber'");
    }

    [TestMethod]
    public void EmptyDataAreRefused()
    {
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Fit(_mlContext.Data.LoadFromEnumerable(TestImages.Planes([0, 1, 2])));
        var data = keys.Transform(_mlContext.Data.LoadFromEnumerable(new List<TestImages.PlanesRow>()));

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(data));

        StringAssert.Contains(error.Message, "The training set has no row with a value in label column 'Label'.");
    }

    [TestMethod]
    public void AWrongImageColumnIsRefusedWithItsTypeAndTheAcceptedOnes()
    {
        var data = TinyClassifier.Planes(_mlContext, 3);

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { ImageColumnName = "Number" }).Fit(data));

        StringAssert.Contains(error.Message, "Column 'Number' has the type Int32, but an image column must be MLImage");
        StringAssert.Contains(error.Message, "text (paths of image files)");
        StringAssert.Contains(error.Message, "vector of Byte");
        StringAssert.Contains(error.Message, "vector of Single with the fixed size 3·H·W");
    }

    [TestMethod]
    public void AMissingColumnIsAnsweredWithThoseThatThereAre()
    {
        var data = TinyClassifier.Planes(_mlContext, 3);

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { ImageColumnName = "Photo" }).Fit(data));

        StringAssert.StartsWith(error.Message, "The data have no column 'Photo'. They have: 'Number', 'Image', 'Label'");
    }

    [TestMethod]
    public void PixelsThatAreNoNumbersAreRefusedBeforeTraining()
    {
        var rows = TestImages.Planes([0, 1, 2]);
        rows[1].Image[7] = float.NaN;
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows));

        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(data));

        StringAssert.Contains(error.Message, "row 1");
    }

    [TestMethod]
    public void ImpossibleOptionsAreRefusedWhenTheTrainerIsMade()
    {
        var transforms = _mlContext.Transforms;

        StringAssert.Contains(Refusal(TinyClassifier.Options with { Epochs = 0 }), "Option 'Epochs' is 0");
        StringAssert.Contains(Refusal(TinyClassifier.Options with { LabelColumnName = " " }), "Option 'LabelColumnName' is ' '");
        StringAssert.Contains(Refusal(TinyClassifier.Options with { ImageSize = 0 }), "Option 'ImageSize' is 0");
        StringAssert.Contains(
            Refusal(TinyClassifier.Options with { PredictedLabelColumnName = "Score" }), "another name than 'PredictedLabelColumnName'");
        StringAssert.Contains(
            Refusal(TinyClassifier.Options with
            {
                Backbone = TinyClassifier.Backbone with { InputChannels = 4 },
                Preprocessing = new() { Mean = [0, 0], Std = [1, 1] },
            }),
            "has 2 values in Mean and Std, but backbone 'tiny' takes images of 4 channels");
        StringAssert.Contains(
            Refusal(TinyClassifier.Options with
            {
                Backbone = TinyClassifier.Backbone with { InputChannels = 4 },
                Augmentation = new() { Hue = 0.1 },
            }),
            "Option 'Hue' is 0.1, but it must be off for images of 4 channels");
        StringAssert.Contains(
            Refusal(TinyClassifier.Options with { Backbone = TinyClassifier.Backbone with { InputChannels = 17 } }),
            "'tiny': property 'InputChannels' is 17, but it must be from 1 to 16");
        StringAssert.Contains(
            Refusal(TinyClassifier.Options with { Scoring = new() { BatchSize = 0 } }), "Scoring option 'BatchSize' is 0");

        string Refusal(ImageClassifierTrainer.Options options) =>
            Assert.Throws<ArgumentException>(() => transforms.ImageClassifier(options)).Message;
    }

    [TestMethod]
    public void WeightsThatAreNotThereAreRefusedWhenTheTrainerIsMade()
    {
        var path = Path.Combine(Path.GetTempPath(), "no-such-file.pth");

        var noFile = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Weights = path }));
        var noName = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(new() { Backbone = Backbones.ResNet50, Weights = "resnet50.best" }));

        StringAssert.Contains(noFile.Message, $"'{path}'");
        StringAssert.Contains(noName.Message, "resnet50.tv_v1");
    }

    [TestMethod]
    public void TrainingStartsFromTheWeightsOfAFile()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("start.safetensors");
        using var start = TinyClassifier.Trained(_mlContext);
        using (var file = File.Create(path))
            SafetensorsWriter.Write(file, start.Network.NamedState());
        var data = TinyClassifier.Planes(_mlContext, 24);
        var options = TinyClassifier.Options with { Epochs = 1, LearningRate = 1e-6, LabelSmoothing = 0 };

        using var fromFile = _mlContext.Transforms.ImageClassifier(options with { Weights = path }).Fit(data);
        using var fromNothing = _mlContext.Transforms.ImageClassifier(options).Fit(data);

        Assert.IsLessThan(fromNothing.History!.Epochs[0].TrainLoss - 0.2, fromFile.History!.Epochs[0].TrainLoss);
    }

    [TestMethod]
    public void LargeDecodedImagesAreKeptSmall()
    {
        var rows = new[] { 0, 1 }.Select(i => new AnySizeRow { Image = TestImages.Image(i, size: 300), Label = TestImages.LabelOf(i) });
        var data = TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows));
        var labelColumn = data.Schema["Label"];

        var images = TrainingRows.ReadTraining(
            data, ImageColumn.Find(data.Schema, "Image"), labelColumn, ClassLabels.Of(labelColumn),
            new() { ImageSize = 40, ResizeSize = 50 }, _ => { }, default);

        Assert.HasCount(2, images.Items);
        Assert.IsTrue(images.Items.All(item => item is DecodedImage { Image: { Width: 100, Height: 100, Pixels.Length: 30_000 } }));
    }

    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var options = new ImageClassifierTrainer.Options();

        Assert.AreEqual("resnet18", options.Backbone.Name);
        Assert.AreEqual("Label", options.LabelColumnName);
        Assert.IsNull(options.ImageColumnName);
        Assert.AreEqual("Score", options.ScoreColumnName);
        Assert.AreEqual("PredictedLabel", options.PredictedLabelColumnName);
        Assert.IsNull(options.ImageSize);
        Assert.IsNull(options.ValidationSet);
        Assert.IsNull(options.Preprocessing);
        Assert.IsNull(options.Weights);
        Assert.AreEqual(new ScoringOptions(), options.EffectiveScoring);
    }

    [TestMethod]
    public void ThePreprocessingIsTheOptionsElseTheWeightsElseTheSpecs()
    {
        var (ofOption, ofWeights) = (new Preprocessing { ImageSize = 50, ResizeSize = 60 },
            new Preprocessing { ImageSize = 160, ResizeSize = 200 });

        Assert.AreEqual(ofOption, BackboneInput.Preprocessing(Backbones.ResNet50, ofWeights, ofOption, null));
        Assert.AreEqual(ofWeights, BackboneInput.Preprocessing(Backbones.ResNet50, ofWeights, null, null));
        Assert.AreEqual(Backbones.ResNet50.Preprocessing, BackboneInput.Preprocessing(Backbones.ResNet50, null, null, null));
        Assert.AreEqual(
            new Preprocessing { ImageSize = 320, ResizeSize = 400 }, BackboneInput.Preprocessing(Backbones.ResNet50, ofWeights, null, 320));
    }

    [TestMethod]
    public void AnImageSizeThatTheBackboneCannotSeeIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(new() { Backbone = Backbones.Named("xception"), ImageSize = 6 }));

        StringAssert.Contains(error.Message, "Option 'ImageSize' is 6, but backbone 'xception' needs at least 7.");
    }

    private static float[] Scores(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score)];

    private static string[] ClassNames(IDataView scored)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].Annotations.GetValue("SlotNames", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class AnySizeRow
    {
        [ImageType(300, 300)]
        public MLImage? Image { get; set; }

        public string Label { get; set; } = "";
    }

    private sealed class NumberedRow
    {
        [VectorType(3, TestImages.Size, TestImages.Size)]
        public float[] Image { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Immediately(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    /// <summary>Hands the data on and tells when it is fitted.</summary>
    private sealed class CountingEstimator(Action fitted) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            fitted();
            return new MLContext().Transforms.CopyColumns("Copy", "Label").Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
