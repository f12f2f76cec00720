using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>What started this process together with others, by the environment variables that it sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ProcessCount">Processes that it says it started; null where it does not say.</param>
/// <param name="Mend">What makes Open MPI see them all.</param>
internal sealed record Launcher(string Name, int? ProcessCount, string Mend)
{
    private const string Reinstall = "Start with the 'mpirun' of the same Open MPI as the library.";

    /// <summary>The launcher of this process; null where a person or a program started it alone.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    public static Launcher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } size)
            return new("Open MPI's mpirun", size, Reinstall);
        if (Number("PMI_SIZE") is { } mpich)
            return new("MPICH's launcher (PMI)", mpich, "Start with the 'mpirun' of Open MPI, or with 'srun --mpi=pmix'.");
        if (Number("SLURM_STEP_NUM_TASKS") is { } tasks && (tasks > 1 || variable("PMIX_RANK") is not null))
            return new("Slurm's srun", tasks, "Start with 'srun --mpi=pmix'.");
        return variable("PMIX_RANK") is null ? null : new("a PMIx launcher", null, Reinstall);

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Refuses to train one model in each process where the launcher meant one in all of them.</summary>
    /// <param name="found">Processes that MPI knows of.</param>
    /// <exception cref="InvalidOperationException">They are not those that were started.</exception>
    public void RequireProcesses(int found)
    {
        if (ProcessCount is { } started && started != found)
        {
            throw new InvalidOperationException(
                $"{Name} started {started} processes, but Open MPI finds {found}: each would train a model of its own. {Mend}");
        }
    }
}
