using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>One measurement.</summary>
/// <param name="Processor">The processor's widest instructions.</param>
/// <param name="Precision">What libtorch computed in; ONNX Runtime always computes in float32.</param>
/// <param name="Batch">Images at a time.</param>
/// <param name="Family">Family of the networks, one of which was measured.</param>
/// <param name="Ratio">How many times the images per second of libtorch ONNX Runtime reached, as a median.</param>
internal sealed record EngineRow(InstructionSet Processor, Precision Precision, int Batch, string Family, double Ratio)
{
    /// <summary>A row of the table, without its line's end.</summary>
    public static EngineRow Parse(string line)
    {
        var fields = line.Split(',');
        return new(
            Enum.Parse<InstructionSet>(fields[0], ignoreCase: true), Enum.Parse<Precision>(fields[1], ignoreCase: true),
            int.Parse(fields[2], CultureInfo.InvariantCulture), fields[3], double.Parse(fields[4], CultureInfo.InvariantCulture));
    }

    /// <summary>The row as the table has it.</summary>
    public override string ToString() =>
        $"{Processor},{Precision}".ToLowerInvariant() + FormattableString.Invariant($",{Batch},{Family},{Ratio:F2}");
}
