using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Adds up tensors on GPUs by NCCL, without a way through the processor's memory; everything else goes through the transport that the
/// processes have already.
/// </summary>
internal sealed unsafe class NcclTransport : ITransport, IDisposable
{
    private readonly ITransport _others;
    private readonly INccl _nccl;
    private readonly Func<Tensor, nint> _addressOf;
    private nint _communicator;

    /// <param name="others">Hands the group's name on.</param>
    /// <param name="nccl">NCCL's functions.</param>
    /// <param name="device">The GPU of this process; no other process may have it.</param>
    /// <param name="addressOf">Where a tensor's values are; torch's answer by default.</param>
    /// <exception cref="InvalidOperationException">NCCL reports an error.</exception>
    public NcclTransport(ITransport others, INccl nccl, int device, Func<Tensor, nint>? addressOf = null)
    {
        (_others, _nccl, _addressOf) = (others, nccl, addressOf ?? AddressOf);
        Check("cudaSetDevice", nccl.SetDevice(device));
        NcclUniqueId id = default;
        if (Rank == 0)
            Check("ncclGetUniqueId", nccl.GetUniqueId(out id));
        others.Broadcast(id, root: 0);
        Check("ncclCommInitRank", nccl.CommInitRank(out _communicator, Size, id, Rank));
    }

    /// <inheritdoc/>
    public string Name => $"NCCL, {_others.Name}";

    /// <inheritdoc/>
    public int Rank => _others.Rank;

    /// <inheritdoc/>
    public int Size => _others.Size;

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int root) => _others.Broadcast(bytes, root);

    /// <inheritdoc/>
    public void AllReduceSum(Span<double> values) => _others.AllReduceSum(values);

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        var address = _addressOf(values);
        Check("ncclAllReduce", _nccl.AllReduceSum(address, address, (nuint)values.numel(), _communicator));
    }

    /// <inheritdoc/>
    public void Barrier() => _others.Barrier();

    /// <inheritdoc/>
    public void Abort(string reason)
    {
        Dispose();
        _others.Abort(reason);
    }

    /// <summary>Leaves the group. What was added up is done, as the caller has looked at it.</summary>
    public void Dispose()
    {
        if (_communicator == 0)
            return;
        _nccl.CommAbort(_communicator);
        _communicator = 0;
    }

    private void Check(string function, int code)
    {
        if (code != 0)
        {
            throw new InvalidOperationException(
                $"{function} failed with code {code} in process {Rank}: {_nccl.ErrorText(code)}. " +
                "Set the environment variable NCCL_DEBUG to INFO to see why; each process needs a GPU of its own.");
        }
    }

    // TorchSharp has the function, but gives addresses of tensors on the processor only.
    private static nint AddressOf(Tensor values)
    {
        var torchSharp = NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        return ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(torchSharp, "THSTensor_data"))(values.Handle);
    }
}
