using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Estimators;

/// <summary>The shortest way: a folder, a trainer, a model; no column is named and no key is made.</summary>
[TestClass]
public sealed class FrontDoorTests
{
    private static readonly MLContext MLContext = new(seed: 1);

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void TheTrainerAloneMakesAModelOfAFolder()
    {
        var images = Folder();

        using var model = Trainer().Fit(images);
        using var engine = MLContext.Model.CreatePredictionEngine<Photo, Guess>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        var paths = images.GetColumn<string>("ImagePath").ToArray();
        var scored = model.Transform(images);

        Assert.IsInstanceOfType<TextDataViewType>(scored.Schema["PredictedLabel"].Type);
        CollectionAssert.AreEqual(images.GetColumn<string>("Label").Distinct().Order().ToArray(), model.ClassNames.ToArray());
        var guess = engine.Predict(new Photo { ImagePath = paths[0] });
        Assert.AreEqual(scored.GetColumn<string>("PredictedLabel").First(), guess.PredictedLabel);
        Assert.AreEqual(model.ClassNames[Array.IndexOf(guess.Score, guess.Score.Max())], guess.PredictedLabel);
    }

    [TestMethod]
    public void TextLabelsAndKeysGiveTheSameNetwork()
    {
        var images = Folder();
        var keyed = MLContext.Transforms.Conversion.MapValueToKey("Label").Fit(images).Transform(images);

        using var ofText = Trainer().Fit(images);
        using var ofKeys = Trainer().Fit(keyed);

        CollectionAssert.AreEqual(
            ofKeys.Transform(keyed).GetColumn<float[]>("Score").SelectMany(scores => scores).ToArray(),
            ofText.Transform(images).GetColumn<float[]>("Score").SelectMany(scores => scores).ToArray());
        Assert.IsInstanceOfType<KeyDataViewType>(ofKeys.Transform(keyed).Schema["PredictedLabel"].Type);
    }

    [TestMethod]
    public void TheModelIsMeasuredSavedAndLoaded()
    {
        var images = Folder();
        using var model = Trainer().Fit(images);
        MLContext.Model.Save(model, images.Schema, _folder.File("model.zip"));

        using var again = (ImageClassifierTransformer)new MLContext().Model.Load(_folder.File("model.zip"), out _);

        var predicted = again.Transform(images).GetColumn<string>("PredictedLabel").ToArray();
        CollectionAssert.AreEqual(model.Transform(images).GetColumn<string>("PredictedLabel").ToArray(), predicted);
        var labels = images.GetColumn<string>("Label").ToArray();
        Assert.AreEqual(
            labels.Zip(predicted).Average(pair => pair.First == pair.Second ? 1.0 : 0), again.Evaluate(images).MicroAccuracy, 1e-9);
    }

    [TestMethod]
    public void AClassThatTheModelDoesNotKnowIsNamedWhenItIsMeasured()
    {
        var images = Folder();
        using var model = Trainer().Fit(images);
        var path = images.GetColumn<string>("ImagePath").First();

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => model.Evaluate(MLContext.Data.LoadFromEnumerable([new LabeledPhoto { ImagePath = path, Label = "dodo" }])));

        StringAssert.Contains(error.Message, "Column 'Label' has the label 'dodo', but the classifier knows only");
    }

    [TestMethod]
    public void AStepBehindTheTrainerIsPromisedText()
    {
        var images = Folder();
        // The chain asks the trainer for its schema before it fits.
        var pipeline = Trainer().Append(MLContext.Transforms.Conversion.MapValueToKey("Key", "PredictedLabel"));

        using var model = pipeline.Fit(images);

        Assert.IsInstanceOfType<KeyDataViewType>(model.Transform(images).Schema["Key"].Type);
    }

    [TestMethod]
    public void WithoutEitherColumnTheErrorNamesBoth()
    {
        var data = MLContext.Data.LoadFromEnumerable([new { Path = "a.png", Label = "ant" }, new { Path = "b.png", Label = "bee" }]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer().Fit(data));

        Assert.AreEqual(
            "The data have neither a column 'Image' nor a column 'ImagePath'. They have: 'Path', 'Label'. " +
            "Name the image column in the option 'ImageColumnName'.", error.Message);
    }

    [TestMethod]
    public void AReportLeavesTheModelsOwnScoringAlone()
    {
        var images = Folder();
        using var model = Trainer().Fit(images);
        var before = model.Scoring;

        model.WriteReport(images, _folder.File("report"));

        Assert.AreSame(before, model.Scoring);
    }

    [TestMethod]
    public void ATrainingsPrecisionIsThatOfItsScoring()
    {
        var options = TinyClassifier.Options with { Precision = Precision.BFloat16 };

        Assert.AreEqual(Precision.BFloat16, options.EffectiveScoring.Precision);
        Assert.AreEqual(Precision.Float32, (options with { Scoring = new() }).EffectiveScoring.Precision);
    }

    private static ImageClassifierTrainer Trainer() => MLContext.MulticlassClassification.Trainers.ImageClassifier(
        TinyClassifier.Options with { ImageColumnName = null, Epochs = 1 });

    private IDataView Folder()
    {
        TestImages.Files(_folder.File("images"), 12);
        return MLContext.Data.LoadImageFolder(_folder.File("images"));
    }

    private sealed class Photo
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class LabeledPhoto
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Guess
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
