using System.Reflection;
using MLNet.ResNetFamily.Golden;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

// In ONNX Runtime a network gives what its reference implementation gave in float64.
[TestClass]
public sealed class GoldenOnnxTests
{
    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Files => FilesIn(Path.Combine(AppContext.BaseDirectory, "Golden"));

    // A clone of the repository has no others.
    public static IEnumerable<object[]> OtherFiles => FilesIn(RepositoryFolder.File("..", "shared", "golden"))
        .ExceptBy(Files.Select(row => Path.GetFileName((string)row[0])), row => Path.GetFileName((string)row[0]));

    [TestMethod]
    [DynamicData(nameof(Files), DynamicDataDisplayName = nameof(NameOf))]
    public void ItGivesTheLogitsOfItsReference(string path) => Compare(path, ScalarType.Float32, 1e-4);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(OtherFiles), DynamicDataDisplayName = nameof(NameOf))]
    public void ItGivesTheLogitsOfItsReferenceToo(string path) => Compare(path, ScalarType.Float32, 1e-4);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Files), DynamicDataDisplayName = nameof(NameOf))]
    [DynamicData(nameof(OtherFiles), DynamicDataDisplayName = nameof(NameOf))]
    public void InFloat16ItGivesAlmostTheLogitsOfItsReference(string path) => Compare(path, ScalarType.Float16, 2e-2);

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name} ({Path.GetFileNameWithoutExtension((string)data[0])})";

    private static IEnumerable<object[]> FilesIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(path => new object[] { path })
        : [];

    private void Compare(string path, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var file = GoldenFile.Read(path);
        var (network, images) = GoldenCheck.Filled(file);
        using var owned = network;

        var found = ExportedNetwork.Logits(network, images, new() { FloatType = type });

        var difference = file.Eval!.Select(scores => scores.Logits ?? scores.LogitsFirst100!)
            .Select((row, image) => ExportedNetwork.Difference(tensor(row), found[image].narrow(0, 0, row.Length))).Max();
        TestContext.WriteLine($"{file.Arch} {type}: {difference:G3}");
        Assert.IsLessThanOrEqualTo(tolerance, difference);
    }
}
