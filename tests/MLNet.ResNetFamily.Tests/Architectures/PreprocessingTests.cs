namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class PreprocessingTests
{
    [TestMethod]
    public void DefaultsAreThoseOfImageNet()
    {
        var preprocessing = new Preprocessing();

        Assert.AreEqual(224, preprocessing.ImageSize);
        Assert.AreEqual(256, preprocessing.ResizeSize);
        Assert.AreEqual(Interpolation.Bilinear, preprocessing.Interpolation);
        CollectionAssert.AreEqual(new[] { 0.485f, 0.456f, 0.406f }, preprocessing.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 0.229f, 0.224f, 0.225f }, preprocessing.Std.ToArray());
    }

    [TestMethod]
    [DataRow(224, 256)]
    [DataRow(448, 512)]
    [DataRow(112, 128)]
    [DataRow(65, 74)]
    [DataRow(64, 64)]
    [DataRow(32, 32)]
    public void AnotherImageSizeKeepsTheMarginExceptOnSmallImages(int imageSize, int resizeSize)
    {
        var preprocessing = new Preprocessing().WithImageSize(imageSize);

        Assert.AreEqual(imageSize, preprocessing.ImageSize);
        Assert.AreEqual(resizeSize, preprocessing.ResizeSize);
    }

    [TestMethod]
    public void EqualityReadsTheLists()
    {
        var one = new Preprocessing { Mean = [0.5f, 0.5f, 0.5f] };
        var same = new Preprocessing { Mean = new List<float> { 0.5f, 0.5f, 0.5f } };
        var other = new Preprocessing { Mean = [0.5f, 0.5f, 0.6f] };

        Assert.AreEqual(one, same);
        Assert.AreEqual(one.GetHashCode(), same.GetHashCode());
        Assert.AreNotEqual(one, other);
    }

    public static IEnumerable<object[]> ListText =>
    [
        [new Preprocessing { ImageSize = 0 }, "ImageSize is 0"],
        [new Preprocessing { ImageSize = 300 }, "ResizeSize is 256"],
        [new Preprocessing { Mean = [0.5f] }, "1 values in Mean and 3 in Std"],
        [new Preprocessing { Mean = [0.5f, float.NaN, 0.5f] }, "Mean[1] is NaN"],
        [new Preprocessing { Std = [0.5f, 0.5f, 0f] }, "Std[2] is 0"],
        [new Preprocessing { Interpolation = (Interpolation)7 }, "Interpolation is 7"],
    ];

    [TestMethod]
    [DynamicData(nameof(ListText))]
    public void ValidateNamesWhatDoesNotFit(Preprocessing preprocessing, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(preprocessing.Validate);

        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void TheDefaultIsValid() => new Preprocessing().Validate();
}
