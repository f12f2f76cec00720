namespace MLNet.ResNetFamily;

/// <summary>What a study found.</summary>
public sealed record StudyReport
{
    internal StudyReport(IReadOnlyList<StudyRow> rows, string summary, IReadOnlyList<StudyChart> charts) =>
        (Rows, Summary, Charts) = (rows, summary, charts);

    /// <summary>The measurements, in the order in which they were made.</summary>
    public IReadOnlyList<StudyRow> Rows { get; }

    /// <summary>A short text: what was measured beside the paper's figure.</summary>
    public string Summary { get; }

    internal IReadOnlyList<StudyChart> Charts { get; }
}
