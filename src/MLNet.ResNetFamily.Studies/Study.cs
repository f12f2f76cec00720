namespace MLNet.ResNetFamily;

/// <summary>
/// An experiment of one of the papers on residual networks, to be run on data of one's own: measures, and writes results.csv, plots and a
/// short text beside the paper's figures.
/// </summary>
/// <remarks>A run that was ended early goes on where it was when it is started again with the same settings and folder.</remarks>
public abstract record Study
{
    /// <summary>Name on the command line, such as "lesion".</summary>
    public abstract string Name { get; }

    /// <summary>What the study asks, in one sentence.</summary>
    public abstract string Question { get; }

    /// <summary>The paper whose experiment this is, with the section or table.</summary>
    public abstract string Paper { get; }

    /// <summary>
    /// Whether to spend the paper's effort, for a GPU and hours, instead of the default that ends within about 10 minutes on two
    /// processor cores. False by default.
    /// </summary>
    public bool IsFull { get; init; }

    /// <summary>Random seed. 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Processor threads. At least 1; null, the default, for one per core.</summary>
    public int? Threads { get; init; }

    /// <summary>Is told, in a line of text, what was measured. Null by default.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>
    /// Ends the study with an <see cref="OperationCanceledException"/>; what is measured by then is kept. Never canceled by default.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The budget in words: what was spent, and whether it is the paper's.</summary>
    public abstract string Budget { get; }

    /// <summary>What the measurements depend on, in one line.</summary>
    private protected abstract string Settings { get; }

    /// <summary>Measures, and writes results.csv, the plots (SVG), index.html and summary.txt.</summary>
    /// <param name="folder">Where to write; made if it is missing.</param>
    /// <returns>The measurements and the text.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="IOException">The folder holds the results of another run, or cannot be written to.</exception>
    /// <exception cref="InvalidDataException">The images or the model do not fit.</exception>
    public StudyReport Run(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var results = StudyResults.Open(folder, $"{Name}, {Settings}, seed {Seed}, {(IsFull ? "full" : "reduced")}");
        Measure(results);
        var report = new StudyReport(results.Rows, Summarise(results.Rows), Charts(results.Rows));
        StudyPage.Write(this, report, folder);
        return report;
    }

    /// <summary>Makes the measurements.</summary>
    private protected abstract void Measure(StudyResults results);

    /// <summary>What was measured beside what the paper says.</summary>
    private protected abstract string Summarise(IReadOnlyList<StudyRow> rows);

    /// <summary>The plots.</summary>
    private protected abstract IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows);

    private protected TrainingOptions Reading =>
        new() { Seed = Seed, Threads = Threads, CancellationToken = CancellationToken, Augmentation = null };
}
