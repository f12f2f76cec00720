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
    public void AnEnsembleOfEqualModelsTeachesWhatOneOfThemDoes()
    {
        using var ensemble = _mlContext.Transforms.ImageEnsemble([TinyClassifier.Trained(_mlContext), TinyClassifier.Trained(_mlContext)]);
        var path = _folder.File("ensemble.zip");
        _mlContext.Model.Save(ensemble, TinyClassifier.Planes(_mlContext, 1).Schema, path);
        var options = TinyClassifier.Options with { Epochs = 1 };

        using var ofOne = TinyClassifier.Train(_mlContext, options with { TeacherModel = ensemble.Members[0] });
        using var ofModel = TinyClassifier.Train(_mlContext, options with { TeacherModel = ensemble });
        using var ofFile = TinyClassifier.Train(_mlContext, options with { Teacher = path });

        Assert.AreEqual(ofOne.History!.Epochs[0].TrainLoss, ofModel.History!.Epochs[0].TrainLoss);
        Assert.AreEqual(ofOne.History.Epochs[0].TrainLoss, ofFile.History!.Epochs[0].TrainLoss);
    }

    // The labels count nothing: all that is learned comes from the teacher.
    [TestMethod]
    public void WhereAnImageMayShowSeveralClassesATeacherTeachesEach()
    {
        using var teacher = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options)
            .Fit(MultiLabelImages.Texts(_mlContext, 64));
        var options = MultiLabelImages.Options with { TeacherModel = teacher, DistillationWeight = 1 };

        using var student = _mlContext.Transforms.MultiLabelImageClassifier(options)
            .Fit(MultiLabelImages.Texts(_mlContext, 64, first: 200));

        Assert.IsGreaterThan(0.9, student.EvaluateMultiLabel(MultiLabelImages.Texts(_mlContext, 16, first: 800)).MacroAveragePrecision);
        var epochs = student.History!.Epochs;
        Assert.IsLessThan(epochs[0].TrainLoss / 2, epochs[^1].TrainLoss);
    }

    [TestMethod]
    public void ATeacherOfTheOtherKindIsRefused()
    {
        using var one = TinyClassifier.Trained(_mlContext);
        using var several = _mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with { Epochs = 1 })
            .Fit(MultiLabelImages.Texts(_mlContext, 16));

        var ofOne = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.MultiLabelImageClassifier(
            MultiLabelImages.Options with { TeacherModel = one }).Fit(MultiLabelImages.Texts(_mlContext, 16)));
        var ofSeveral = Assert.ThrowsExactly<ArgumentException>(() => TinyClassifier.Train(
            _mlContext, TinyClassifier.Options with { TeacherModel = several }));

        StringAssert.Contains(
            ofOne.Message, "The teacher 'TeacherModel' gives an image one label, but option 'MultiLabel' is True. Take a teacher of");
        StringAssert.Contains(
            ofSeveral.Message, "The teacher 'TeacherModel' gives an image several labels, but option 'MultiLabel' is False.");
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
