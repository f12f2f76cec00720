using System.Runtime.CompilerServices;

namespace MLNet.ResNetFamily;

/// <summary>The name of a group of processes, which the first of them makes and hands on: 128 bytes that mean nothing to others.</summary>
[InlineArray(Length)]
internal struct NcclUniqueId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Length = 128;

    private byte _first;
}
