namespace MLNet.ResNetFamily;

/// <summary>
/// The functions of NVIDIA's NCCL that are used, as nccl.h declares them; each gives a code back, of which 0 is success.
/// </summary>
internal interface INccl
{
    /// <summary>The GPU that the present thread talks to: cudaSetDevice of the CUDA runtime.</summary>
    int SetDevice(int device);

    /// <summary>ncclGetUniqueId: makes the name of a new group of processes.</summary>
    int GetUniqueId(out NcclUniqueId id);

    /// <summary>ncclCommInitRank: joins the group; waits for all.</summary>
    int CommInitRank(out nint communicator, int size, NcclUniqueId id, int rank);

    /// <summary>ncclAllReduce with the type ncclFloat32 and the operation ncclSum, on CUDA's default stream, which is torch's.</summary>
    int AllReduceSum(nint source, nint target, nuint count, nint communicator);

    /// <summary>ncclCommAbort: leaves the group and whatever is under way.</summary>
    int CommAbort(nint communicator);

    /// <summary>ncclGetErrorString: what a code means.</summary>
    string ErrorText(int code);
}
