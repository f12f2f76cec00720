using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>The NCCL that is installed. It was compiled against nccl.h of version 2 and has never run on a GPU.</summary>
internal sealed unsafe class NcclLibrary : INccl
{
    // Of the enumerations ncclDataType_t and ncclRedOp_t.
    private const int Float32 = 7, Sum = 0;
    private const nint DefaultStream = 0;

    private readonly nint _nccl, _cuda;

    private NcclLibrary(nint nccl, nint cuda) => (_nccl, _cuda) = (nccl, cuda);

    /// <summary>Loads it, and the CUDA runtime.</summary>
    /// <param name="tryLoad">Loads a library by its name; the system's loader by default.</param>
    /// <exception cref="DllNotFoundException">One of them is missing.</exception>
    public static NcclLibrary Load(Func<string, nint?>? tryLoad = null)
    {
        tryLoad ??= name => NativeLibrary.TryLoad(name, out var library) ? library : null;
        return new(
            First("libnccl.so.2"), First("libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0"));

        nint First(params string[] names) => names.Select(tryLoad).FirstOrDefault(library => library is not null)
            ?? throw new DllNotFoundException(
                $"'{names[0]}' was not found, but trainings on several GPUs need NVIDIA's NCCL and CUDA runtime. Install them: " +
                "'apt install libnccl2 cuda-cudart-12-8' from NVIDIA's repository, or train with 'Device' set to 'ComputeDevice.Cpu'.");
    }

    /// <inheritdoc/>
    public int SetDevice(int device) => ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(_cuda, "cudaSetDevice"))(device);

    /// <inheritdoc/>
    public int GetUniqueId(out NcclUniqueId id)
    {
        id = default;
        fixed (NcclUniqueId* place = &id)
            return ((delegate* unmanaged<NcclUniqueId*, int>)Export("ncclGetUniqueId"))(place);
    }

    /// <inheritdoc/>
    public int CommInitRank(out nint communicator, int size, NcclUniqueId id, int rank)
    {
        communicator = 0;
        fixed (nint* place = &communicator)
            return ((delegate* unmanaged<nint*, int, NcclUniqueId, int, int>)Export("ncclCommInitRank"))(place, size, id, rank);
    }

    /// <inheritdoc/>
    public int AllReduceSum(nint source, nint target, nuint count, nint communicator) =>
        ((delegate* unmanaged<nint, nint, nuint, int, int, nint, nint, int>)Export("ncclAllReduce"))(
            source, target, count, Float32, Sum, communicator, DefaultStream);

    /// <inheritdoc/>
    public int CommAbort(nint communicator) => ((delegate* unmanaged<nint, int>)Export("ncclCommAbort"))(communicator);

    /// <inheritdoc/>
    public string ErrorText(int code) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("ncclGetErrorString"))(code)) ?? "unknown";

    private nint Export(string name) => NativeLibrary.GetExport(_nccl, name);
}
