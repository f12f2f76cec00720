namespace MLNet.ResNetFamily;

/// <summary>What a class's probabilities find as the threshold falls: one point for each probability that occurs.</summary>
internal sealed class ProbabilityRanking
{
    private readonly List<Point> _points = [];

    /// <param name="answers">The probability of each image, and whether it shows the class.</param>
    public ProbabilityRanking(IEnumerable<(float Probability, bool IsShown)> answers)
    {
        var ranked = answers.ToArray();
        Array.Sort(ranked, (one, other) => other.Probability.CompareTo(one.Probability));
        var (found, count) = (0, 0);
        for (var i = 0; i < ranked.Length; i++)
        {
            count++;
            if (ranked[i].IsShown)
                found++;
            if (i + 1 == ranked.Length || ranked[i + 1].Probability < ranked[i].Probability)
                _points.Add(new(ranked[i].Probability, found, count));
        }
        ShownCount = found;
    }

    /// <summary>Images that show the class.</summary>
    public int ShownCount { get; }

    /// <summary>
    /// Average precision as scikit-learn has it: Σ (Rₙ - Rₙ₋₁) · Pₙ over the points of the ranking, without interpolation; 0 where no
    /// image shows the class.
    /// </summary>
    public double AveragePrecision
    {
        get
        {
            var (sum, before) = (0.0, 0);
            foreach (var point in _points)
            {
                sum += (double)(point.FoundCount - before) / ShownCount * point.FoundCount / point.Count;
                before = point.FoundCount;
            }
            return ShownCount == 0 ? 0 : sum;
        }
    }

    /// <summary>
    /// The threshold of the highest F1, halfway to the next lower probability; of several the highest. 0.5 where no image shows the class.
    /// </summary>
    public float BestThreshold
    {
        get
        {
            if (ShownCount == 0)
                return MultiLabelScores.EvenThreshold;
            var best = Enumerable.Range(0, _points.Count)
                .MaxBy(place => (double)_points[place].FoundCount / (_points[place].Count + ShownCount));
            var next = best + 1 < _points.Count ? _points[best + 1].Probability : 0;
            var middle = (_points[best].Probability + next) / 2;
            return middle > next ? middle : _points[best].Probability;
        }
    }

    /// <summary>What a threshold of this probability finds.</summary>
    /// <param name="Probability">The probability.</param>
    /// <param name="FoundCount">Images that show the class and reach it.</param>
    /// <param name="Count">Images that reach it.</param>
    private readonly record struct Point(float Probability, int FoundCount, int Count);
}
