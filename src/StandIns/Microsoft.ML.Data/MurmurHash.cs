using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>MurmurHash3 (32 bits) of single values, with the encodings that genuine ML.NET hashes columns by.</summary>
internal static class MurmurHash
{
    /// <returns>The hash; null for a missing value, which is an empty text.</returns>
    public static uint? Of(uint seed, object value) => value switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty ? null : Of(seed, text.Span.Trim(' ')),
        int number => Mixed(Round(seed, (uint)number), sizeof(int)),
        long number => Mixed(Round(Round(seed, (uint)number), (uint)(number >> 32)), sizeof(long)),
        _ => throw new NotSupportedException($"This stand-in hashes no {value.GetType().Name}."),
    };

    /// <summary>Text as UTF-8 of its single UTF-16 units. The bytes already waiting are turned together with those of a longer character, as the genuine hash does.</summary>
    private static uint Of(uint seed, ReadOnlySpan<char> text)
    {
        var hash = seed;
        var length = 0;
        ulong waiting = 0;
        var bits = 0;
        foreach (uint unit in text)
        {
            if (unit <= 0x7F)
            {
                waiting |= unit << bits;
                bits += 8;
            }
            else if (unit <= 0x7FF)
            {
                waiting |= (ulong)(0xC080 | (unit << 2 & 0x1F00) | (unit & 0x3F)) << bits;
                waiting = (waiting & 0xFF) << 8 | waiting >> 8;
                bits += 16;
            }
            else
            {
                waiting |= (ulong)(0xE08080 | (unit << 4 & 0x0F0000) | (unit << 2 & 0x3F00) | (unit & 0x3F)) << bits;
                waiting = (waiting & 0xFF) << 16 | (waiting >> 8 & 0xFF) << 8 | waiting >> 16;
                bits += 24;
            }

            if (bits < 32)
                continue;
            hash = Round(hash, (uint)waiting);
            waiting >>= 32;
            bits -= 32;
            length += 4;
        }

        length += bits / 8;
        return Mixed(bits > 0 ? hash ^ Scrambled((uint)waiting & (0xFFFFFFu >> (24 - bits))) : hash, length);
    }

    private static uint Round(uint hash, uint chunk) => (BitOperations.RotateLeft(hash ^ Scrambled(chunk), 13) * 5) + 0xE6546B64;

    private static uint Scrambled(uint chunk) => BitOperations.RotateLeft(chunk * 0xCC9E2D51, 15) * 0x1B873593;

    private static uint Mixed(uint hash, int length)
    {
        hash ^= (uint)length;
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
