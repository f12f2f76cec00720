namespace MLNet.ResNetFamily;

/// <summary>
/// The processes that train one model together: each learns from its own part of every batch, and their gradients are averaged before
/// every step. A launcher starts them, with the same program, options and data: <c>mpirun -n 4 dotnet MyTraining.dll</c>.
/// </summary>
/// <remarks>
/// <para>
/// Every process calls <see cref="ImageClassifierTrainer.Fit"/> and gets the same model. The first process alone writes logs and
/// checkpoints and reports progress; who saves the model should ask <see cref="IsFirst"/>. A process that fails ends all the others.
/// </para>
/// <para>
/// The messages go through Open MPI 4 or 5, which has to be installed; it is loaded by <see cref="FromEnvironment"/> and by nothing else.
/// Where the network is on a GPU, the gradients go through NVIDIA's NCCL. This was never run on a GPU.
/// One instance serves a process for its life, one training at a time.
/// </para>
/// </remarks>
public sealed class DistributedTraining
{
    private static readonly Lock Gate = new();
    private static DistributedTraining? shared;

    private readonly Lazy<int> _localRank;

    internal DistributedTraining(ITransport transport)
    {
        Transport = transport;
        _localRank = new(() =>
        {
            var machines = transport.Gather(Environment.MachineName);
            return machines.Take(transport.Rank).Count(machine => machine == machines[transport.Rank]);
        });
    }

    /// <summary>The number of this process, from 0 to below <see cref="ProcessCount"/>.</summary>
    public int Rank => Transport.Rank;

    /// <summary>Number of processes; 1 where the program was started without a launcher.</summary>
    public int ProcessCount => Transport.Size;

    /// <summary>Whether this process is the one that writes.</summary>
    public bool IsFirst => Rank == 0;

    internal ITransport Transport { get; }

    /// <summary>The number of this process among those of its machine, from 0: which GPU it takes.</summary>
    internal int LocalRank => _localRank.Value;

    /// <summary>
    /// Joins the processes that a launcher started with this one; the rank comes from MPI itself. Later calls give the same object.
    /// </summary>
    /// <returns>The processes, for <see cref="TrainingOptions.Distributed"/>.</returns>
    /// <exception cref="DllNotFoundException">No Open MPI is installed; the message names the package.</exception>
    /// <exception cref="NotSupportedException">The MPI that is installed is not Open MPI.</exception>
    /// <exception cref="InvalidOperationException">The launcher is that of another MPI, or MPI reports an error.</exception>
    public static DistributedTraining FromEnvironment()
    {
        lock (Gate)
        {
            if (shared is not null)
                return shared;
            var transport = MpiTransport.Start();
            Launcher.Find(Environment.GetEnvironmentVariable)?.RequireProcesses(transport.Size);
            return shared = new(transport);
        }
    }

    /// <summary>Which of how many processes this is, and what connects them.</summary>
    /// <returns>For example <c>process 1 of 4 (ranks 0 to 3), Open MPI v4.1.4</c>.</returns>
    public override string ToString() => $"process {Rank} of {ProcessCount} (ranks 0 to {ProcessCount - 1}), {Transport.Name}";
}
