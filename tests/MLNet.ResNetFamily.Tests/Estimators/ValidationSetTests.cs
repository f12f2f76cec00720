using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Estimators;

[TestClass]
public sealed class ValidationSetTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [TestMethod]
    public void OneClassIsEnoughToMeasureWith()
    {
        using var model = Trainer(Texts([0, 3, 6])).Fit(Texts(Enumerable.Range(0, 24)));

        Assert.IsInRange(0, 1, model.History!.Epochs[0].ValidationAccuracy!.Value);
    }

    [TestMethod]
    public void AKeyOfItsOwnIsUnderstoodByItsNames()
    {
        // Here 'crimson' is the first value of the key, and there the third.
        var trained = TinyClassifier.Planes(_mlContext, 24);
        using var model = Trainer(trained, epochs: 6).Fit(trained);
        using var crossed = Trainer(Keyed(Enumerable.Range(0, 24).Reverse()), epochs: 6).Fit(trained);

        Assert.AreEqual(model.History!.Epochs[^1].ValidationAccuracy, crossed.History!.Epochs[^1].ValidationAccuracy);
        Assert.IsGreaterThan(0.9, crossed.History!.Epochs[^1].ValidationAccuracy!.Value);
    }

    [TestMethod]
    public void AClassThatTrainingLacksIsRefusedByNameWhateverTheLabelIs()
    {
        var ambersAndBlues = Enumerable.Range(0, 24).Where(i => i % 3 < 2).ToArray();
        var all = Enumerable.Range(0, 6).ToArray();

        var texts = Assert.ThrowsExactly<ArgumentException>(() => Trainer(Texts(all)).Fit(Texts(ambersAndBlues)));
        var keys = Assert.ThrowsExactly<ArgumentException>(() => Trainer(Keyed(all)).Fit(Keyed(ambersAndBlues)));

        foreach (var error in new[] { texts, keys })
            StringAssert.Contains(error.Message, "the class 'crimson' in column 'Label', but the training set has only 'amber', 'blue'.");
    }

    [TestMethod]
    public void ARowWithoutAClassIsRefused()
    {
        var keys = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Texts([0, 1]));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Trainer(keys.Transform(Texts([0, 1, 2, 5]))).Fit(keys.Transform(Texts([0, 1, 3, 4]))));

        StringAssert.Contains(error.Message, "Column 'Label' is missing in 2 of 4 rows of the validation set");
    }

    [TestMethod]
    public void AnEmptyOneIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Trainer(Texts([])).Fit(Texts([0, 1, 2])));

        StringAssert.Contains(error.Message, "The validation set has no rows.");
    }

    private ImageClassifierTrainer Trainer(IDataView validation, int epochs = 1) =>
        _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = epochs, ValidationSet = validation });

    private IDataView Texts(IEnumerable<int> images) => _mlContext.Data.LoadFromEnumerable(TestImages.Planes(images));

    private IDataView Keyed(IEnumerable<int> images) => TinyClassifier.WithKey(_mlContext, Texts(images));
}
