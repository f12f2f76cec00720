using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Tests.Onnx;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Classifiers of images that may show several classes.</summary>
[TestClass]
public sealed class MultiLabelClassifierTests
{
    private static readonly TemporaryFolder Saved = new();
    private static readonly Lazy<string> TrainedPath = new(TrainAndSave);

    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    [ClassCleanup]
    public static void DeleteSaved() => Saved.Dispose();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void ItLearnsWhichClassesAnImageShows()
    {
        using var model = Trained();

        var scored = model.Transform(MultiLabelImages.Texts(_mlContext, 16, first: 800));

        var predicted = scored.GetColumn<string[]>("PredictedLabel").ToList();
        for (var image = 0; image < 16; image++)
            CollectionAssert.AreEqual(MultiLabelImages.LabelsOf(800 + image), predicted[image]);
        Assert.AreEqual(1, model.EvaluateMultiLabel(MultiLabelImages.Texts(_mlContext, 16, first: 800)).SubsetAccuracy);
    }

    [TestMethod]
    public void ColumnsAreVectorsOfProbabilitiesAndOfText()
    {
        using var model = Trained();

        var schema = model.GetOutputSchema(MultiLabelImages.Texts(_mlContext, 1).Schema);

        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), schema["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(TestImages.ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void ProbabilitiesAreTheSigmoidsOfTheLogits()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Trained();
        var data = MultiLabelImages.Texts(_mlContext, 8);

        var scores = model.Transform(data).GetColumn<float[]>("Score").ToList();

        var pixels = stack(data.GetColumn<float[]>("Image").Select(planes => tensor(planes).view(3, TestImages.Size, TestImages.Size)));
        var preprocessing = model.Preprocessing;
        var expected = model.Network.call(
            (pixels / 255 - tensor([.. preprocessing.Mean], [3, 1, 1])) / tensor([.. preprocessing.Std], [3, 1, 1])).sigmoid();
        Assert.IsTrue(expected.allclose(tensor(scores.SelectMany(row => row).ToArray()).view(8, 3), atol: 1e-5));
    }

    [TestMethod]
    public void KeysComeBackAsKeysInsideAPipeline()
    {
        var keys = MultiLabelImages.Keys(_mlContext, 32);
        var pipeline = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options)
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Names", "PredictedLabel"));

        using var model = pipeline.Fit(keys);

        var scored = model.Transform(MultiLabelImages.Keys(_mlContext, 8, first: 80));
        Assert.AreEqual(new VectorDataViewType(new KeyDataViewType(typeof(uint), 3)), scored.Schema["PredictedLabel"].Type);
        foreach (var (image, names) in scored.GetColumn<string[]>("Names").Index())
            CollectionAssert.AreEquivalent(MultiLabelImages.LabelsOf(80 + image), names);
    }

    [TestMethod]
    public void MissingKeysAndEmptyTextsAreNoLabels()
    {
        var texts = _mlContext.Data.LoadFromEnumerable([new { Label = new[] { "b", "", "a", "b" } }]);
        var column = LabelSetColumn.Find(texts.Schema, "Label");
        using var cursor = texts.GetRowCursor([column.Column]);
        var read = column.CreateReader(cursor);
        Assert.IsTrue(cursor.MoveNext());

        CollectionAssert.AreEqual(new[] { "b", "a" }, read().ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, column.Classes(texts).Names.ToArray());

        var keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(
            _mlContext.Data.LoadFromEnumerable([new { Label = new[] { "a" } }])).Transform(texts);
        var keys = LabelSetColumn.Find(keyed.Schema, "Label");
        using var keyCursor = keyed.GetRowCursor([keys.Column]);
        var readKeys = keys.CreateReader(keyCursor);
        Assert.IsTrue(keyCursor.MoveNext());
        CollectionAssert.AreEqual(new[] { "a" }, readKeys().ToArray());
    }

    [TestMethod]
    public void ThresholdsAreTunedOnValidationDataAndDecideAboutTheLabels()
    {
        using var model = Trained();
        Assert.IsTrue(model.Thresholds!.All(threshold => threshold is > 0 and < 1 and not 0.5f), string.Join(", ", model.Thresholds!));

        model.Thresholds = [0, 1, 0];

        var labels = model.Transform(MultiLabelImages.Texts(_mlContext, 8)).GetColumn<string[]>("PredictedLabel");
        Assert.IsTrue(labels.All(names => names is ["amber", "crimson"]));
    }

    [TestMethod]
    public void WithoutValidationDataThresholdsAreEven()
    {
        using var model = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with { Epochs = 1 })
            .Fit(MultiLabelImages.Texts(_mlContext, 16));

        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f, 0.5f }, model.Thresholds!.ToArray());
    }

    [TestMethod]
    public void ASavedModelComesBackWithItsThresholds()
    {
        using var model = Trained();
        model.Thresholds = [0.25f, 0.5f, 0.75f];
        var data = MultiLabelImages.Texts(_mlContext, 8);
        _mlContext.Model.Save(model, data.Schema, _folder.File("model.zip"));

        using var loaded = (ImageClassifierTransformer)_mlContext.Model.Load(_folder.File("model.zip"), out _);

        Assert.IsTrue(loaded.IsMultiLabel);
        CollectionAssert.AreEqual(new[] { 0.25f, 0.5f, 0.75f }, loaded.Thresholds!.ToArray());
        CollectionAssert.AreEqual(Scores(model, data), Scores(loaded, data));
        Assert.AreEqual(
            model.History!.Epochs[^1].ValidationMeanAveragePrecision, loaded.History!.Epochs[^1].ValidationMeanAveragePrecision);
        Assert.IsNotNull(loaded.History.Epochs[^1].ValidationMeanAveragePrecision);
    }

    [TestMethod]
    public void AnExportedGraphEndsInASigmoid()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Trained();
        model.SaveAsOnnx(_folder.File("model.onnx"));
        using var session = new OnnxSession(_folder.File("model.onnx"));
        var images = randn(4, 3, TestImages.Size, TestImages.Size);

        Assert.IsTrue(session.Run(images).allclose(model.Network.call(images).sigmoid(), atol: 1e-5));
    }

    [TestMethod]
    public void AnExplanationIsOfAnyLabelAndSaysItsProbability()
    {
        using var model = Trained();
        var scores = model.Transform(MultiLabelImages.Texts(_mlContext, 1, first: 5)).GetColumn<float[]>("Score").Single();

        foreach (var (index, name) in TestImages.ClassNames.Index())
        {
            var image = new RgbImage(TestImages.Size, TestImages.Size, MultiLabelImages.Pixels(5));
            Assert.AreEqual(scores[index], model.Explain(new DecodedImage(image, "image"), name).Probability, 1e-5f);
        }
    }

    [TestMethod]
    public void AResumedTrainingEndsAsIfItHadNotBeenInterrupted()
    {
        var data = MultiLabelImages.Texts(_mlContext, 24);
        using var source = new CancellationTokenSource();
        var options = MultiLabelImages.Options with
        {
            Epochs = 3, ClassBalance = ClassBalance.Weights, Augmentation = new() { MixUp = 0.4 }, ValidationSetFraction = 0.25,
        };
        using var expected = _mlContext.Transforms.MultiLabelImageClassifier(options).Fit(data);

        var kept = options with { CheckpointDirectory = _folder.File("checkpoints"), CheckpointInterval = TimeSpan.Zero };
        using (var canceled = _mlContext.Transforms.MultiLabelImageClassifier(kept with
        {
            CancellationToken = source.Token, StepDone = (step, _) => { if (step == 4) source.Cancel(); },
        }).Fit(data))
        {
            Assert.IsTrue(canceled.History!.IsCanceled);
        }
        using var resumed = _mlContext.Transforms.MultiLabelImageClassifier(kept with { Resume = true }).Fit(data);

        CollectionAssert.AreEqual(Scores(expected, data), Scores(resumed, data));
        CollectionAssert.AreEqual(expected.Thresholds!.ToArray(), resumed.Thresholds!.ToArray());
    }

    [TestMethod]
    public void ACheckpointOfOneLabelAnImageIsOfAnotherTraining()
    {
        var spec = TinyClassifier.Backbone;
        var images = TrainingImages.MultiLabel([new ImageFile("a.jpg"), new ImageFile("b.jpg")], [[0], [1]], 2);
        var single = new TrainingImages(images.Items, [0, 1], 2);
        var of = new TrainingFingerprint(MultiLabelImages.Options, spec, spec.Preprocessing, images, null);
        var other = new TrainingFingerprint(MultiLabelImages.Options with { MultiLabel = false }, spec, spec.Preprocessing, single, null);

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => of.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, other.Words));

        StringAssert.Contains(error.Message, "option 'MultiLabel' was false and is true");
        StringAssert.Contains(error.Message, "the training images was");
    }

    [TestMethod]
    public void CachedFeaturesTeachSeveralLabelsToo()
    {
        using var model = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with
        {
            FineTune = FineTuneKind.Gradual, ValidationSetFraction = 0.25, BestMetric = TrainingMetric.ValidationMeanAveragePrecision,
            ClassBalance = ClassBalance.Sampling, Patience = 8,
        }).Fit(MultiLabelImages.Texts(_mlContext, 48));

        var best = model.History!.Epochs.MaxBy(epoch => epoch.ValidationMeanAveragePrecision)!;
        Assert.IsGreaterThan(0.9, best.ValidationMeanAveragePrecision!.Value);
        Assert.IsNull(best.ValidationTop5Accuracy);
        StringAssert.Contains(best.ToString(), "mean average precision");
    }

    [TestMethod]
    public void TheWrongLabelColumnIsRefused()
    {
        var sets = MultiLabelImages.Texts(_mlContext, 8);
        var single = _mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 8)));

        AssertRefused(
            () => _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options).Fit(single),
            "Label column 'Label' has the type String, but where an image may show several classes ('MultiLabel') it must be a vector");
        AssertRefused(
            () => _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options)
                .Append(_mlContext.Transforms.CopyColumns("Copy", "Score")).Fit(single),
            "it must be a vector of keys or of text");
        AssertRefused(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(sets),
            "but it must be a key or text", "set 'MultiLabel'");
        AssertRefused(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(MultiLabelImages.Keys(_mlContext, 8)),
            "but it must be a key or text", "set 'MultiLabel'");
    }

    [TestMethod]
    public void DataThatCannotWorkAreRefused()
    {
        var trainer = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options);
        AssertRefused(() => trainer.Fit(MultiLabelImages.Texts(_mlContext, 1, first: 1)), "has 1 class, but a classifier needs at least 2");
        var oneOfThree = MultiLabelImages.Keys(_mlContext, 1, first: 1);
        AssertRefused(() => trainer.Fit(oneOfThree), "The 1 rows of the training set show 1 classes");
        AssertRefused(
            () => _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with
            {
                ValidationSet = MultiLabelImages.Texts(_mlContext, 8),
            }).Fit(MultiLabelImages.Texts(_mlContext, 4)),
            "The validation set has the class 'crimson' in column 'Label', but the training set has only 'amber', 'blue'.");
        AssertRefused(
            () => _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with
            {
                BestMetric = TrainingMetric.ValidationTop5Accuracy,
            }).Fit(MultiLabelImages.Texts(_mlContext, 8)),
            "Option 'BestMetric' is ValidationTop5Accuracy, which is not measured where an image shows several classes.");
        AssertRefused(
            () => TinyClassifier.Train(
                _mlContext, TinyClassifier.Options with { BestMetric = TrainingMetric.ValidationMeanAveragePrecision }),
            "Option 'BestMetric' is ValidationMeanAveragePrecision, which is not measured where an image shows one class.");
        AssertRefused(
            () => _mlContext.MulticlassClassification.Trainers.ImageClassifier(MultiLabelImages.Options),
            "Take mlContext.Transforms.MultiLabelImageClassifier.");
    }

    [TestMethod]
    public void AnEnsembleOfEqualClassifiersIsMeasuredAndReportedLikeOne()
    {
        var data = MultiLabelImages.Texts(_mlContext, 16, first: 800);
        using var model = Trained();
        using var ensemble = _mlContext.Transforms.ImageEnsemble([Trained(), Trained()]);

        var metrics = ensemble.EvaluateMultiLabel(data);
        var page = File.ReadAllText(ensemble.WriteReport(data, _folder.File("report")));

        Assert.AreEqual(model.EvaluateMultiLabel(data).MacroAveragePrecision, metrics.MacroAveragePrecision);
        Assert.AreEqual(1, metrics.SubsetAccuracy);
        CollectionAssert.AreEqual(model.Thresholds!.ToArray(), metrics.PerClass.Select(c => c.Threshold).ToArray());
        StringAssert.Contains(page, "What speaks for each label");
        StringAssert.Contains(page, "Backbone of network 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => ensemble.Evaluate(data)).Message, "Call EvaluateMultiLabel.");
    }

    [TestMethod]
    public void AnEnsembleOfBothKindsIsRefused()
    {
        using var several = Trained();
        using var one = TinyClassifier.Trained(_mlContext);

        AssertRefused(
            () => _mlContext.Transforms.ImageEnsemble([several, one]),
            "Model 1 gives an image several labels, but model 2 gives it one label. Give models that were all trained with");
    }

    [TestMethod]
    public void EachKindHasItsOwnFigures()
    {
        using var several = Trained();
        using var one = TinyClassifier.Trained(_mlContext);

        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => several.Evaluate(MultiLabelImages.Texts(_mlContext, 8))).Message,
            "Call EvaluateMultiLabel.");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => one.EvaluateMultiLabel(TinyClassifier.Planes(_mlContext, 3))).Message,
            "Call Evaluate.");
        Assert.ThrowsExactly<InvalidOperationException>(() => one.Thresholds = [0.5f, 0.5f, 0.5f]);
        Assert.IsNull(one.Thresholds);
        AssertRefused(() => several.Thresholds = [0.5f], "'Thresholds' is [0.5], but it must be a number from 0 to 1");
        AssertRefused(() => several.Thresholds = [0.5f, 2, 0.5f], "for each of the 3 classes");
        var stranger = _mlContext.Data.LoadFromEnumerable([new { Image = new byte[] { 1 }, Label = new[] { "dodo" } }]);
        several.Scoring = several.Scoring with { OnBadImage = OnBadImage.Skip };
        Assert.ThrowsExactly<InvalidDataException>(() => several.EvaluateMultiLabel(stranger));
    }

    private static void AssertRefused(Action action, params string[] words)
    {
        var error = Assert.Throws<ArgumentException>(action);
        foreach (var word in words)
            StringAssert.Contains(error.Message, word);
    }

    private static float[] Scores(ImageClassifierTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row)];

    private ImageClassifierTransformer Trained() => (ImageClassifierTransformer)_mlContext.Model.Load(TrainedPath.Value, out _);

    private static string TrainAndSave()
    {
        var mlContext = new MLContext();
        using var model = mlContext.Transforms.MultiLabelImageClassifier(
            MultiLabelImages.Options with { ValidationSet = MultiLabelImages.Texts(mlContext, 24, first: 400) })
            .Fit(MultiLabelImages.Texts(mlContext, 64));
        mlContext.Model.Save(model, MultiLabelImages.Texts(mlContext, 1).Schema, Saved.File("model.zip"));
        return Saved.File("model.zip");
    }
}
