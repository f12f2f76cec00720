using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>
/// The generator of "GPU Gems 3", chapter 37: three Tausworthe generators and a linear congruential one.
/// Seeded and read as in genuine ML.NET, so that splits and shuffles choose the same rows there and here.
/// </summary>
internal sealed class TauswortheHybrid : Random
{
    private uint _z1, _z2, _z3, _z4;

    public TauswortheHybrid(uint seed)
    {
        _z1 = seed;
        _z2 = MurmurRound(_z1, _z1);
        _z3 = MurmurRound(_z2, _z1);
        _z4 = MurmurRound(_z3, _z1);
    }

    public TauswortheHybrid(Random source)
    {
        _z1 = AtLeast128(source);
        _z2 = AtLeast128(source);
        _z3 = AtLeast128(source);
        _z4 = Word(source);
    }

    public static TauswortheHybrid Create(int? seed) => seed is { } value ? new((uint)value) : new(new Random());

    public override float NextSingle() => (NextWord() >> 9) * (1f / (1 << 23));

    public override double NextDouble() => NextWord() * (1.0 / (1L << 32));

    public override int Next()
    {
        var word = NextWord();
        return (int)(word + (word & 0x80000000u));
    }

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)((ulong)NextWord() * (ulong)maxValue >> 32);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)((long)(NextDouble() * ((long)maxValue - minValue)) + minValue);
    }

    public override void NextBytes(byte[] buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
            buffer[i] = (byte)Next();
    }

    /// <summary>An integer of any sign.</summary>
    public int NextSigned() => (int)NextWord();

    protected override double Sample() => NextDouble();

    private static uint Word(Random source) => (uint)source.Next(0x10000) << 16 | (uint)source.Next(0x10000);

    private static uint AtLeast128(Random source)
    {
        uint word;
        do
            word = Word(source);
        while (word < 128);
        return word;
    }

    /// <summary>One round of MurmurHash3's 32-bit variant.</summary>
    private static uint MurmurRound(uint hash, uint chunk)
    {
        hash ^= BitOperations.RotateLeft(chunk * 0xCC9E2D51, 15) * 0x1B873593;
        return BitOperations.RotateLeft(hash, 13) * 5 + 0xE6546B64;
    }

    private static uint Tausworthe(uint z, int s1, int s2, int s3, uint mask) => (z & mask) << s3 ^ ((z << s1) ^ z) >> s2;

    private uint NextWord()
    {
        _z1 = Tausworthe(_z1, 13, 19, 12, ~1u);
        _z2 = Tausworthe(_z2, 2, 25, 4, ~7u);
        _z3 = Tausworthe(_z3, 3, 11, 17, ~15u);
        _z4 = _z4 * 1664525 + 1013904223;
        return _z1 ^ _z2 ^ _z3 ^ _z4;
    }
}
