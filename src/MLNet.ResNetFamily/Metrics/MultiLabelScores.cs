namespace MLNet.ResNetFamily;

/// <summary>The probabilities of images that may show several classes, and which they show.</summary>
/// <param name="classCount">Number K of classes.</param>
internal sealed class MultiLabelScores(int classCount)
{
    /// <summary>The threshold of a class that nothing was tuned for.</summary>
    public const float EvenThreshold = 0.5f;

    private readonly List<float[]> _probabilities = [];
    private readonly List<bool[]> _shown = [];

    /// <summary>Images.</summary>
    public int Count => _probabilities.Count;

    /// <summary>The thresholds of a model that nothing was tuned for.</summary>
    public float[] EvenThresholds() => [.. Enumerable.Repeat(EvenThreshold, classCount)];

    /// <summary>Adds an image.</summary>
    /// <param name="probabilities">K values.</param>
    /// <param name="classes">The classes that it shows.</param>
    public void Add(ReadOnlySpan<float> probabilities, IEnumerable<int> classes)
    {
        _probabilities.Add(probabilities.ToArray());
        var shown = new bool[classCount];
        foreach (var index in classes)
            shown[index] = true;
        _shown.Add(shown);
    }

    /// <summary>The probability that an image shows a class.</summary>
    public float Probability(int image, int index) => _probabilities[image][index];

    /// <summary>Whether an image shows a class.</summary>
    public bool IsShown(int image, int index) => _shown[image][index];

    /// <summary>For each class the threshold with the highest F1.</summary>
    public float[] BestThresholds() => [.. Enumerable.Range(0, classCount).Select(index => RankingOf(index).BestThreshold)];

    /// <summary>The figures.</summary>
    /// <param name="classNames">Name of each class; empty where they have none.</param>
    /// <param name="thresholds">From which probability on an image is said to show each class.</param>
    public MultiLabelClassificationMetrics Metrics(IReadOnlyList<string> classNames, IReadOnlyList<float> thresholds)
    {
        var classes = Enumerable.Range(0, classCount)
            .Select(index => OfClass(index, classNames.Count == 0 ? "" : classNames[index], thresholds[index])).ToList();
        var (right, shown, predicted) = (classes.Sum(c => c.RightCount), classes.Sum(c => c.Count), classes.Sum(c => c.PredictedCount));
        var every = new ProbabilityRanking(Enumerable.Range(0, classCount).SelectMany(AnswersOf));
        return new()
        {
            ImageCount = Count,
            PerClass = classes,
            MicroF1 = MultiLabelClassMetrics.F1Of(right, shown, predicted),
            MacroF1 = classes.Average(c => c.F1),
            MicroAveragePrecision = every.AveragePrecision,
            MacroAveragePrecision = classes.Average(c => c.AveragePrecision),
            SubsetAccuracy = (double)Enumerable.Range(0, Count).Count(row => IsRight(row, thresholds)) / Count,
            HammingLoss = (double)(shown + predicted - 2 * right) / ((long)Count * classCount),
        };
    }

    private MultiLabelClassMetrics OfClass(int index, string name, float threshold) => new()
    {
        Name = name,
        Threshold = threshold,
        Count = _shown.Count(shown => shown[index]),
        PredictedCount = _probabilities.Count(probabilities => probabilities[index] >= threshold),
        RightCount = AnswersOf(index).Count(answer => answer.IsShown && answer.Probability >= threshold),
        AveragePrecision = RankingOf(index).AveragePrecision,
    };

    private bool IsRight(int row, IReadOnlyList<float> thresholds) =>
        Enumerable.Range(0, classCount).All(index => _shown[row][index] == _probabilities[row][index] >= thresholds[index]);

    private ProbabilityRanking RankingOf(int index) => new(AnswersOf(index));

    private IEnumerable<(float Probability, bool IsShown)> AnswersOf(int index) =>
        _probabilities.Zip(_shown, (probabilities, shown) => (probabilities[index], shown[index]));
}
