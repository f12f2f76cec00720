namespace MLNet.ResNetFamily;

/// <summary>How often images of each class were taken for each class.</summary>
internal sealed class Confusion
{
    private readonly int[,] _counts;

    public Confusion(LabeledScores scores)
    {
        ClassNames = scores.ClassNames;
        _counts = new int[ClassNames.Count, ClassNames.Count];
        foreach (var row in scores.Rows)
            _counts[row.Label, row.Predicted]++;
        Classes = [.. Enumerable.Range(0, ClassNames.Count).Select(Measure)];
    }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Each class by itself.</summary>
    public IReadOnlyList<ClassFigures> Classes { get; }

    /// <summary>Images of one class that were taken for another, or the same.</summary>
    public int this[int label, int predicted] => _counts[label, predicted];

    /// <summary>Mean F1 over the classes that were shown or predicted, as <see cref="ValidationTotals.MacroF1"/> has it.</summary>
    public double MacroF1 => Classes.Where(c => c.Count + c.PredictedCount > 0).Average(c => c.F1);

    /// <summary>What is mistaken for what, most frequent first.</summary>
    public IEnumerable<(int Label, int Predicted, int Count)> Mistakes =>
        from label in Enumerable.Range(0, ClassNames.Count)
        from predicted in Enumerable.Range(0, ClassNames.Count)
        where label != predicted && _counts[label, predicted] > 0
        orderby _counts[label, predicted] descending
        select (label, predicted, _counts[label, predicted]);

    private ClassFigures Measure(int index)
    {
        var (count, predicted) = (0, 0);
        for (var other = 0; other < ClassNames.Count; other++)
        {
            count += _counts[index, other];
            predicted += _counts[other, index];
        }
        return new(index, ClassNames[index], count, predicted, _counts[index, index]);
    }
}
