namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// One of the parts that a scoring is divided into: of every <paramref name="Count"/> batches that follow one another in the input, the
/// <paramref name="Number"/>-th. So the batches of all shards are those of one process, and so is every digit of the scores.
/// </summary>
/// <param name="Number">Which one, from 1.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct Shard(int Number, int Count)
{
    // Each a launcher's: the variables of a process's number, from 0, and of how many there are.
    private static readonly (string Rank, string Size)[] Launchers =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("PMIX_RANK", "SLURM_NTASKS"),
        ("SLURM_PROCID", "SLURM_NTASKS"),
    ];

    /// <summary>The only part of what is not divided.</summary>
    public static Shard Whole => new(1, 1);

    /// <summary>Whether an image is in this shard.</summary>
    /// <param name="row">Number of the image, from 0.</param>
    /// <param name="batchSize">Images in a batch.</param>
    public bool Holds(long row, int batchSize) => row / batchSize % Count == Number - 1;

    /// <summary>'2/3', or 'auto' for what MPI or Slurm says of this process.</summary>
    /// <param name="text">What the option says.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    /// <exception cref="CommandLineException">It is neither, or no launcher says anything.</exception>
    public static Shard Parse(string text, Func<string, string?> variable)
    {
        if (text == "auto")
            return FromLauncher(variable);
        if (text.Split('/') is [var first, var second] && int.TryParse(first, out var number) && int.TryParse(second, out var count)
            && number >= 1 && number <= count)
            return new(number, count);
        throw new CommandLineException(
            $"Option '--shard' is '{text}', but it must be NUMBER/COUNT with a number from 1 to the count, '1/3' for instance, or 'auto'.");
    }

    /// <summary>The file of this shard: 'results-02-of-12.jsonl' for 'results.csv'.</summary>
    public string FileFor(string path) => Path.Combine(
        Path.GetDirectoryName(path)!,
        $"{Path.GetFileNameWithoutExtension(path)}-{$"{Number}".PadLeft($"{Count}".Length, '0')}-of-{Count}.jsonl");

    public override string ToString() => $"{Number}/{Count}";

    private static Shard FromLauncher(Func<string, string?> variable)
    {
        foreach (var (rank, size) in Launchers)
        {
            if (int.TryParse(variable(rank), out var number) && int.TryParse(variable(size), out var count)
                && number >= 0 && number < count)
                return new(number + 1, count);
        }
        throw new CommandLineException(
            "Option '--shard' is 'auto', but no launcher says which process this is: there is none of the pairs of variables " +
            $"{string.Join("; ", Launchers.Select(pair => $"{pair.Rank}, {pair.Size}"))}. " +
            "Start it with 'mpirun' or 'srun', or name the shard: '--shard 1/3'.");
    }
}
