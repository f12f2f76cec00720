using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Messages through the Open MPI that is installed. It begins once in a process and ends with it.</summary>
internal sealed class MpiTransport : ITransport
{
    private const int Failed = 1;

    private readonly OpenMpi _mpi;

    private MpiTransport(OpenMpi mpi)
    {
        _mpi = mpi;
        mpi.Initialize();
        (Name, Rank, Size) = (mpi.Version, mpi.Rank(), mpi.Size());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Loads the library and joins the others.</summary>
    public static MpiTransport Start()
    {
        var transport = new MpiTransport(OpenMpi.Load());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => transport.End();
        return transport;
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes, int root) => _mpi.Broadcast(bytes, root);

    /// <inheritdoc/>
    public void AllReduceSum(Span<double> values) => _mpi.AllReduceSum(values);

    /// <inheritdoc/>
    public void AllReduceSum(Tensor values)
    {
        if (values.device.type == TorchSharp.DeviceType.CPU)
        {
            _mpi.AllReduceSum(MemoryMarshal.Cast<byte, float>(values.bytes));
            return;
        }
        using var copy = values.cpu();
        _mpi.AllReduceSum(MemoryMarshal.Cast<byte, float>(copy.bytes));
        values.copy_(copy);
    }

    /// <inheritdoc/>
    public void Barrier() => _mpi.Barrier();

    /// <inheritdoc/>
    public void Abort(string reason)
    {
        Console.Error.WriteLine($"Process {Rank} of {Size} (ranks 0 to {Size - 1}) ends the job: {reason}");
        Console.Error.Flush();
        _mpi.Abort(Failed);
    }

    // The others may wait for this process in the middle of a training; they would wait for ever.
    private void End()
    {
        if (Environment.ExitCode == 0)
            _mpi.Finish();
        else
            Abort($"it ends with exit code {Environment.ExitCode}.");
    }
}
