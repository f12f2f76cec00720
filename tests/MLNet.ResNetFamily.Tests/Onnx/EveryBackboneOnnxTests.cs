using MLNet.ResNetFamily.Tests.Architectures;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

// Every row of the catalog computes in ONNX Runtime what it computes in libtorch, at its own input size.
[TestClass]
public sealed class EveryBackboneOnnxTests
{
    private const double Float32Tolerance = 1e-4;
    private const double Float16Tolerance = 2e-2;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Names => Backbones.All.Select(row => new object[] { row.Name });

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(BackboneRows.LargeNames), typeof(BackboneRows))]
    public void LargeOnesGiveTheSameLogits(string name) => Compare(name, ScalarType.Float32, Float32Tolerance);

    [TestMethod]
    [DynamicData(nameof(BackboneRows.EverydayNames), typeof(BackboneRows))]
    public void ItGivesTheSameLogits(string name) => Compare(name, ScalarType.Float32, Float32Tolerance);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Names))]
    public void InFloat16ItGivesAlmostTheSameLogits(string name) => Compare(name, ScalarType.Float16, Float16Tolerance);

    private void Compare(string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var spec = Backbones.Named(name);
        using var network = ExportedNetwork.Of(spec);
        var images = randn(2, spec.InputChannels, spec.Preprocessing.ImageSize, spec.Preprocessing.ImageSize);

        var difference = ExportedNetwork.Difference(network, images, new() { FloatType = type });

        TestContext.WriteLine($"{name} {type}: {difference:G3}");
        Assert.IsLessThanOrEqualTo(tolerance, difference);
    }
}
