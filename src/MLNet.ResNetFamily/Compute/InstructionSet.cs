namespace MLNet.ResNetFamily;

/// <summary>The widest instructions that a processor multiplies with, from the least to the most.</summary>
internal enum InstructionSet
{
    /// <summary>Anything else, ARM among it.</summary>
    Other,

    /// <summary>256 bits.</summary>
    Avx2,

    /// <summary>512 bits.</summary>
    Avx512,

    /// <summary>512 bits, products of bfloat16 among them.</summary>
    Avx512BFloat16,

    /// <summary>Tiles of bfloat16.</summary>
    Amx,
}
