namespace MLNet.ResNetFamily;

/// <summary>The kind of numbers that a network computes in. Its weights are kept, and saved, in 32 bits whatever it is.</summary>
public enum Precision
{
    /// <summary><see cref="BFloat16"/> where the processor or the GPU has instructions for it, else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>32 bits: about seven decimal digits.</summary>
    Float32,

    /// <summary>
    /// 16 bits with the range of 32 and about three decimal digits: half the memory traffic, and about twice the speed where the hardware
    /// has instructions for it; much slower where it has not.
    /// </summary>
    BFloat16,
}
