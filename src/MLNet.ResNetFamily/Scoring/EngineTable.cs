namespace MLNet.ResNetFamily;

/// <summary>
/// Which engine is the faster one on a processor: the rows of <c>engines.csv</c>, which <c>resnetfamily bench --mode engines</c> measures.
/// </summary>
internal static class EngineTable
{
    private const string Table = "engines.csv";

    /// <summary>The table's first line.</summary>
    public const string Head = "processor,precision,batch,family,ratio";

    /// <summary>The committed rows.</summary>
    public static IReadOnlyList<EngineRow> Rows { get; } = Read();

    /// <summary>Whether ONNX Runtime in float32 is ahead of libtorch in a precision.</summary>
    /// <param name="rows">What was measured.</param>
    /// <param name="processor">What computes. The rows of the nearest processor with less count where its own are missing.</param>
    /// <param name="precision">What libtorch would compute in: float32 or bfloat16.</param>
    /// <param name="batch">Images at a time. The nearest batch that was measured counts, on a scale of ratios.</param>
    /// <param name="family">The network's family. All that were measured count, by their mean, where it is missing.</param>
    /// <returns>What the rows say; without any, ONNX Runtime in float32 and libtorch in bfloat16.</returns>
    public static bool PrefersOnnxRuntime(
        IEnumerable<EngineRow> rows, InstructionSet processor, Precision precision, int batch, string family)
    {
        var measured = rows.Where(row => row.Precision == precision && row.Processor <= processor);
        var fitting = Nearest(measured, row => processor - row.Processor);
        fitting = Nearest(fitting, row => Math.Abs(Math.Log((double)row.Batch / batch)));
        var own = fitting.Where(row => row.Family == family).ToList();
        var counting = own.Count > 0 ? own : fitting;
        return counting.Count == 0 ? precision == Precision.Float32 : counting.Average(row => Math.Log(row.Ratio)) > 0;
    }

    private static List<EngineRow> Nearest(IEnumerable<EngineRow> rows, Func<EngineRow, double> distance) =>
        rows.GroupBy(distance).MinBy(group => group.Key)?.ToList() ?? [];

    private static EngineRow[] Read()
    {
        using var reader = new StreamReader(typeof(EngineTable).Assembly.GetManifestResourceStream(Table)!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1).Select(EngineRow.Parse)];
    }
}
