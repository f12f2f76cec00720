namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class EngineTableTests
{
    private static readonly EngineRow[] Rows =
    [
        new(InstructionSet.Avx2, Precision.Float32, 1, "ResNet", 0.8),
        new(InstructionSet.Avx512, Precision.Float32, 1, "ResNet", 1.5),
        new(InstructionSet.Avx512, Precision.Float32, 16, "ResNet", 0.9),
        new(InstructionSet.Avx512, Precision.Float32, 1, "VGG", 1.1),
        new(InstructionSet.Avx512, Precision.Float32, 16, "VGG", 1.2),
        new(InstructionSet.Avx512BFloat16, Precision.BFloat16, 1, "VGG", 1.3),
    ];

    [TestMethod]
    [DataRow("Avx512", Precision.Float32, 1, "ResNet", true)]
    [DataRow("Avx512", Precision.Float32, 16, "ResNet", false)]
    [DataRow("Avx512", Precision.Float32, 32, "ResNet", false)]
    [DataRow("Avx512", Precision.Float32, 3, "ResNet", true)]
    [DataRow("Avx512", Precision.Float32, 5, "ResNet", false)]
    [DataRow("Avx512", Precision.Float32, 16, "DenseNet", true)]
    [DataRow("Amx", Precision.Float32, 16, "ResNet", false)]
    [DataRow("Avx2", Precision.Float32, 16, "ResNet", false)]
    [DataRow("Other", Precision.Float32, 16, "ResNet", true)]
    [DataRow("Avx512BFloat16", Precision.BFloat16, 1, "VGG", true)]
    [DataRow("Avx512", Precision.BFloat16, 1, "VGG", false)]
    public void TheNearestRowsDecide(string processor, Precision precision, int batch, string family, bool isOnnxRuntime) =>
        Assert.AreEqual(
            isOnnxRuntime, EngineTable.PrefersOnnxRuntime(Rows, Enum.Parse<InstructionSet>(processor), precision, batch, family));

    [TestMethod]
    public void ARowIsReadAsItIsWritten()
    {
        var row = new EngineRow(InstructionSet.Avx512BFloat16, Precision.Float32, 16, "Wide ResNet", 1.25);

        Assert.AreEqual("avx512bfloat16,float32,16,Wide ResNet,1.25", $"{row}");
        Assert.AreEqual(row, EngineRow.Parse($"{row}"));
    }

    [TestMethod]
    public void EveryProcessorThatWasMeasuredHasEachRowOnce()
    {
        CollectionAssert.AllItemsAreUnique(EngineTable.Rows.Select(row => row with { Ratio = 0 }).ToList());
        foreach (var rows in EngineTable.Rows.GroupBy(row => (row.Processor, row.Precision)))
        {
            var families = rows.Select(row => row.Family).Distinct().ToList();
            CollectionAssert.IsSubsetOf(families, Backbones.All.Select(spec => spec.Family).ToList());
            Assert.AreEqual(2 * families.Count, rows.Count(), $"{rows.Key}");
        }
    }
}
