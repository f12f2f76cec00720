using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class SkiaSharpMismatchTests
{
    [TestMethod]
    public void AMissingMemberIsToldAndNeverCountedAsABrokenImage()
    {
        var mlContext = new MLContext();
        using var model = mlContext.Model.Load(Path.Combine(AppContext.BaseDirectory, "Persistence", "format1.zip"), out _) as IDisposable;
        var classifier = ((IEnumerable<ITransformer>)model!).OfType<ImageClassifierTransformer>().Single();
        classifier.Scoring = classifier.Scoring with { OnBadImage = OnBadImage.Skip };
        var data = mlContext.Data.LoadFromEnumerable([new Row()]);

        var exception = Assert.Throws<Exception>(() => classifier.Transform(data).GetColumn<float[]>("Score").ToArray());

        StringAssert.Contains(exception.ToString(), "Images cannot be read: Method not found: SKBitmap.GetPixels");
    }

    [TestMethod]
    public void TheMessageNamesBothVersionsAndTheWayOut()
    {
        var message = SkiaSharpMismatch.Explain(new TargetInvocationException(new MissingMethodException("Method not found.")))!.Message;

        StringAssert.Contains(message, "The program has loaded SkiaSharp 3.119.");
        StringAssert.Contains(message, "Reference the package SkiaSharp in the version that Microsoft.ML.ImageAnalytics asks for.");
    }

    [TestMethod]
    public void OtherErrorsAreNotExplained() =>
        Assert.IsNull(SkiaSharpMismatch.Explain(new InvalidDataException("cut off", new EndOfStreamException())));

    private sealed class Row
    {
        [ImageType(8, 8)]
        public MLImage ImagePath => throw new MissingMethodException("Method not found: SKBitmap.GetPixels");
    }
}
