using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ContinuedTrainingTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void KnownClassesKeepTheirRowsAndNewOnesBeginAnew()
    {
        using var first = TinyClassifier.Trained(_mlContext);
        var path = Save(first);
        var options = TinyClassifier.Options with { Weights = path };
        var data = Relabeled(label => label == "blue" ? "violet" : label);

        using var network = PreparedTraining.From(_mlContext, options, data, teacher: null, _ => { }).Network;

        var names = Names(data);
        CollectionAssert.AreEqual(new[] { "amber", "crimson", "violet" }, names.Order().ToArray());
        var (weights, bias) = (network.Head.parameters().First(), network.Head.parameters().Last());
        var (oldWeights, oldBias) = (first.Network.Head.parameters().First(), first.Network.Head.parameters().Last());
        foreach (var name in new[] { "amber", "crimson" })
        {
            var (place, from) = (Array.IndexOf(names, name), first.ClassNames.ToList().IndexOf(name));
            Assert.IsTrue(weights[place].allclose(oldWeights[from], 0, 0), name);
            Assert.AreEqual(oldBias[from].item<float>(), bias[place].item<float>());
        }
        Assert.IsFalse(weights[Array.IndexOf(names, "violet")].allclose(oldWeights[first.ClassNames.ToList().IndexOf("blue")]));
        Assert.IsTrue(network.Backbone.NamedState().Zip(first.Network.Backbone.NamedState())
            .All(pair => pair.First.Tensor.allclose(pair.Second.Tensor, 0, 0)));
    }

    [TestMethod]
    public void ASavedModelIsTrainedOn()
    {
        using var first = TinyClassifier.Trained(_mlContext);
        var data = TinyClassifier.Planes(_mlContext, 24);
        var head = TinyClassifier.Options with
        {
            Weights = Save(first),
            Epochs = 1,
            FineTune = FineTuneKind.HeadOnly,
            ValidationSet = data,
        };

        using var continued = _mlContext.Transforms.ImageClassifier(head).Fit(data);
        using var fresh = _mlContext.Transforms.ImageClassifier(head with { Weights = null }).Fit(data);

        Assert.IsLessThan(fresh.History!.Epochs[0].ValidationLoss!.Value, continued.History!.Epochs[0].ValidationLoss!.Value);
        Assert.AreEqual(first.Preprocessing, continued.Preprocessing);
    }

    [TestMethod]
    public void AnotherBackboneIsRefused()
    {
        using var first = TinyClassifier.Trained(_mlContext);
        var trainer = _mlContext.Transforms.ImageClassifier(
            TinyClassifier.Options with { Weights = Save(first), Backbone = TinyClassifier.Backbone with { Name = "other" } });

        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TinyClassifier.Planes(_mlContext, 12)));

        StringAssert.Contains(error.Message, "model.zip' are a saved 'tiny', but option 'Backbone' is 'other'. Choose the same backbone.");
    }

    [TestMethod]
    public void OtherPreprocessingIsRefused()
    {
        using var first = TinyClassifier.Trained(_mlContext);
        var other = TinyClassifier.Backbone.Preprocessing with { Mean = [0.5f, 0.5f, 0.5f] };
        var trainer = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Weights = Save(first), Preprocessing = other });

        var error = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(TinyClassifier.Planes(_mlContext, 12)));

        StringAssert.Contains(error.Message, "but option 'Preprocessing' says [0.5, 0.5, 0.5]");
    }

    private string Save(ImageClassifierTransformer classifier)
    {
        var path = _folder.File("model.zip");
        _mlContext.Model.Save(classifier, TinyClassifier.Planes(_mlContext, 1).Schema, path);
        return path;
    }

    private IDataView Relabeled(Func<string, string> change)
    {
        var rows = TestImages.Planes(Enumerable.Range(0, 12));
        foreach (var row in rows)
            row.Label = change(row.Label);
        return TinyClassifier.WithKey(_mlContext, _mlContext.Data.LoadFromEnumerable(rows));
    }

    private static string[] Names(IDataView data) => [.. ClassLabels.Of(data.Schema["Label"]).Names];
}
