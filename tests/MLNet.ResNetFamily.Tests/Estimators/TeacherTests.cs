using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class TeacherTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void AFileAndALoadedModelTeachTheSame()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        var path = _folder.File("teacher.zip");
        _mlContext.Model.Save(teacher, TinyClassifier.Planes(_mlContext, 1).Schema, path);
        var options = TinyClassifier.Options with { Epochs = 1 };

        using var ofFile = TinyClassifier.Train(_mlContext, options with { Teacher = path });
        using var ofModel = TinyClassifier.Train(_mlContext, options with { TeacherModel = teacher });
        using var ofLabels = TinyClassifier.Train(_mlContext, options);

        var loss = ofFile.History!.Epochs[0].TrainLoss;
        Assert.AreEqual(loss, ofModel.History!.Epochs[0].TrainLoss);
        Assert.AreNotEqual(loss, ofLabels.History!.Epochs[0].TrainLoss);
        Assert.HasCount(3, teacher.Transform(TinyClassifier.Planes(_mlContext, 3)).GetColumn<uint>("PredictedLabel").ToArray());
    }

    [TestMethod]
    public void TheLearningRateIsFoundWithTheTeacher()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        var data = TinyClassifier.Planes(_mlContext, 24);
        var trainer = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { TeacherModel = teacher });

        var taught = trainer.FindLearningRate(data, stepCount: 10);
        var alone = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).FindLearningRate(data, stepCount: 10);

        Assert.AreNotEqual(alone.Points[0].Loss, taught.Points[0].Loss);
    }

    [TestMethod]
    public void WhichClassesTheTeacherKnowsIsSaid()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        var messages = new List<string>();
        _mlContext.Log += (_, message) => messages.Add(message.Message);

        using var student = Train(TinyClassifier.Options with { Epochs = 1, TeacherModel = teacher }, "blue", "violet");

        Assert.IsTrue(
            messages.Any(message => message.Contains("'TeacherModel' knows 2 of the 3 classes; labels alone teach 'violet'.")),
            string.Join('\n', messages));
    }

    [TestMethod]
    public void ATeacherOfOtherClassesIsRefused()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        using var other = Train(TinyClassifier.Options with { Epochs = 1 }, "", "pale ");

        var error = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { TeacherModel = other }));

        StringAssert.Contains(error.Message, "The teacher 'TeacherModel' knows 0 of the classes 'amber', 'blue', 'crimson'");
        StringAssert.Contains(error.Message, "its own are 'pale amber', 'pale blue', 'pale crimson'.");
        StringAssert.Contains(error.Message, "at least 2 must be the same: choose another teacher, or name the labels as it does.");
    }

    [TestMethod]
    public void AModelWithoutAClassifierIsRefused()
    {
        var data = TinyClassifier.Planes(_mlContext, 3);
        var model = _mlContext.Transforms.CopyColumns("Copy", "Label").Fit(data);
        var path = _folder.File("copy.zip");
        _mlContext.Model.Save(model, data.Schema, path);

        var ofModel = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { TeacherModel = model }));
        var ofFile = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { Teacher = path }));

        StringAssert.Contains(ofModel.Message, "The model holds no image classifier.");
        StringAssert.Contains(ofFile.Message, "copy.zip', but it must be the path of a saved image classifier.");
    }

    [TestMethod]
    public void AnEnsembleIsRefused()
    {
        using var first = TinyClassifier.Trained(_mlContext);
        using var second = TinyClassifier.Trained(_mlContext);
        using var ensemble = _mlContext.Transforms.ImageEnsemble([first, second]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { TeacherModel = ensemble }));

        StringAssert.Contains(error.Message, "The model is an ensemble of 2 classifiers, and this works with a single network.");
    }

    [TestMethod]
    [DataRow("Teacher", "Option 'Teacher' is empty, but it must be the path of a saved image classifier")]
    [DataRow("TeacherModel", "Option 'Teacher' is 'teacher.zip', but it must be null when there is a 'TeacherModel'")]
    [DataRow("CacheFeatures", "Option 'CacheFeatures' is True, but it must be false with a teacher while 'FineTune' is HeadOnly")]
    public void OptionsThatCannotHoldAreRefusedAtOnce(string option, string message)
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        var options = option switch
        {
            "Teacher" => TinyClassifier.Options with { Teacher = "" },
            "TeacherModel" => TinyClassifier.Options with { Teacher = "teacher.zip", TeacherModel = teacher },
            _ => TinyClassifier.Options with { TeacherModel = teacher, FineTune = FineTuneKind.HeadOnly },
        };

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageClassifier(options));

        StringAssert.StartsWith(error.Message, message);
    }

    [TestMethod]
    public void TheHeadAloneLearnsFromATeacherWithoutACache()
    {
        using var teacher = TinyClassifier.Trained(_mlContext);
        var options = TinyClassifier.Options with { Epochs = 1, FineTune = FineTuneKind.HeadOnly, CacheFeatures = false };

        using var taught = TinyClassifier.Train(_mlContext, options with { TeacherModel = teacher });
        using var alone = TinyClassifier.Train(_mlContext, options);

        Assert.AreNotEqual(alone.History!.Epochs[0].TrainLoss, taught.History!.Epochs[0].TrainLoss);
    }

    private ImageClassifierTransformer Train(ImageClassifierTrainer.Options options, string from, string to)
    {
        var rows = TestImages.Planes(Enumerable.Range(0, 24));
        foreach (var row in rows)
            row.Label = from.Length == 0 ? to + row.Label : row.Label.Replace(from, to);
        return _mlContext.Transforms.ImageClassifier(options)
            .Fit(TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows)));
    }
}
