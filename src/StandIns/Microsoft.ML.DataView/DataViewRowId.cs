using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>128 bits that identify a row. New ones are made by steps of MurmurHash3's 128-bit variant.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    // Each step first mixes one word of "input" (already multiplied) into its half, then advances that half.
    public DataViewRowId Fork() => Step(0, 0, forkBit: BitOperations.RotateLeft(C1, 31) * C2);

    public DataViewRowId Next() => Step(0, 0, forkBit: 0);

    public DataViewRowId Combine(DataViewRowId other)
    {
        var forked = other.Fork();
        return Step(
            BitOperations.RotateLeft(forked.Low * C1, 31) * C2,
            BitOperations.RotateLeft(forked.High * C2, 33) * C1,
            forkBit: 0);
    }

    public int CompareTo(DataViewRowId other)
    {
        var high = High.CompareTo(other.High);
        return high != 0 ? high : Low.CompareTo(other.Low);
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private DataViewRowId Step(ulong k1, ulong k2, ulong forkBit)
    {
        var low = (BitOperations.RotateLeft(Low ^ k1, 27) + High) * 5 + 0x52dce729;
        var high = (BitOperations.RotateLeft(High ^ k2, 31) + low) * 5 + 0x38495ab5;
        return new DataViewRowId(low ^ forkBit, high);
    }
}
