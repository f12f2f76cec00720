namespace MLNet.ResNetFamily;

/// <summary>
/// How often images of each class were taken for each class. It keeps what was seen only: no table of classes by classes.
/// </summary>
internal sealed class Confusion
{
    private readonly Dictionary<(int Label, int Predicted), int> _counts = [];

    public Confusion(LabeledScores scores)
    {
        ClassNames = scores.ClassNames;
        var (counts, predicted) = (new int[ClassNames.Count], new int[ClassNames.Count]);
        foreach (var row in scores.Rows)
        {
            _counts[(row.Label, row.Predicted)] = this[row.Label, row.Predicted] + 1;
            counts[row.Label]++;
            predicted[row.Predicted]++;
        }
        Classes = [.. ClassNames.Select((name, i) => new ClassFigures(i, name, counts[i], predicted[i], this[i, i]))];
        Mistakes =
        [
            .. _counts.Where(pair => pair.Key.Label != pair.Key.Predicted)
                .Select(pair => (pair.Key.Label, pair.Key.Predicted, Count: pair.Value))
                .OrderByDescending(mistake => mistake.Count).ThenBy(mistake => mistake.Label).ThenBy(mistake => mistake.Predicted),
        ];
    }

    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Each class by itself.</summary>
    public IReadOnlyList<ClassFigures> Classes { get; }

    /// <summary>What is mistaken for what, most frequent first.</summary>
    public IReadOnlyList<(int Label, int Predicted, int Count)> Mistakes { get; }

    /// <summary>Images of one class that were taken for another, or the same.</summary>
    public int this[int label, int predicted] => _counts.GetValueOrDefault((label, predicted));

    /// <summary>Mean F1 over the classes that are true or predicted, as scikit-learn has it.</summary>
    public double MacroF1 => Classes.Where(c => c.Count + c.PredictedCount > 0).Average(c => c.F1);
}
