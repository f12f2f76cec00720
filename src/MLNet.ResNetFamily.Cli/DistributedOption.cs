using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --distributed: whether the processes that a launcher started train one model together.</summary>
internal static class DistributedOption
{
    private const string None = "none", Mpi = "mpi";

    public static Option<string?> Create()
    {
        var option = new Option<string?>("--distributed")
        {
            Description = "Whether processes that mpirun or srun started train one model together (default: mpi under such a launcher).",
        };
        option.AcceptOnlyFromAmong(None, Mpi);
        return option;
    }

    /// <summary>The processes; null for this one alone, and then nothing of MPI is loaded.</summary>
    public static DistributedTraining? DistributedOf(this ParseResult commandLine, Option<string?> option)
    {
        var launcher = Launcher.Find(Environment.GetEnvironmentVariable);
        var wanted = commandLine.GetValue(option) ?? (launcher is null or { ProcessCount: 1 } ? None : Mpi);
        if (wanted == None)
            return null;
        var processes = DistributedTraining.FromEnvironment();
        if (processes.IsFirst)
            Results.Note($"{processes.ProcessCount} processes train together through {processes.Transport.Name}.");
        return processes;
    }
}
