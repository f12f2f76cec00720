using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class ScoringOptionsTests
{
    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var options = new ScoringOptions();

        Assert.AreEqual(32, options.BatchSize);
        Assert.IsNull(options.Threads);
        Assert.AreEqual(Precision.Float32, options.Precision);
        Assert.AreEqual(ScoringEngine.Auto, options.Engine);
        Assert.AreEqual(ComputeDevice.Auto, options.Device);
        Assert.AreEqual(OnBadImage.Throw, options.OnBadImage);
        Assert.AreEqual(100_000_000, options.MaxPixels);
        Assert.IsNull(options.BadImages);
        Assert.AreEqual(0, options.TopK);
        Assert.AreEqual(TestTimeAugmentation.None, options.TestTimeAugmentation);
    }

    [TestMethod]
    public void ImpossibleOptionsAreRefusedWithNameAndValue()
    {
        StringAssert.StartsWith(Refusal(new() { BatchSize = 0 }), "Scoring option 'BatchSize' is 0, but it must be at least 1.");
        StringAssert.StartsWith(Refusal(new() { Threads = -2 }), "Scoring option 'Threads' is -2, but it must be at least 1");
        StringAssert.StartsWith(
            Refusal(new() { Precision = (Precision)7 }), "Scoring option 'Precision' is 7, but it must be Auto, Float32 or BFloat16.");
        StringAssert.StartsWith(
            Refusal(new() { Engine = (ScoringEngine)5 }), "Scoring option 'Engine' is 5, but it must be Auto, Libtorch or OnnxRuntime.");
        StringAssert.StartsWith(
            Refusal(new() { Engine = ScoringEngine.OnnxRuntime, Precision = Precision.BFloat16 }),
            "Scoring option 'Precision' is BFloat16, but it must be Float32 or Auto where Engine is OnnxRuntime");
        StringAssert.StartsWith(Refusal(new() { MaxPixels = 0 }), "Scoring option 'MaxPixels' is 0");
        StringAssert.StartsWith(
            Refusal(new() { OnBadImage = (OnBadImage)9 }), "Scoring option 'OnBadImage' is 9, but it must be Throw or Skip.");

        StringAssert.StartsWith(Refusal(new() { TopK = -1 }), "Scoring option 'TopK' is -1, but it must be at least 0.");
        StringAssert.StartsWith(
            Refusal(new() { TestTimeAugmentation = (TestTimeAugmentation)9 }),
            "Scoring option 'TestTimeAugmentation' is 9, but it must be None, Flip or FiveCrops.");

        static string Refusal(ScoringOptions options) => Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
    }

    // These tests do not reference the package.
    [TestMethod]
    public void AnEngineWhosePackageIsMissingIsNamed()
    {
        using var model = TinyClassifier.Trained();
        model.Scoring = new() { Engine = ScoringEngine.OnnxRuntime };
        var scored = model.Transform(TinyClassifier.Planes(new(), 1));

        var error = Assert.Throws<InvalidOperationException>(() => scored.GetColumn<float[]>("Score").Count());

        StringAssert.Contains(error.Message, "Reference MLNet.ResNetFamily.OnnxRuntime.");
    }
}
