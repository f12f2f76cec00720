using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>What a model answered for labeled data, without the images.</summary>
/// <param name="ClassNames">Name of each class, in the order of the scores.</param>
/// <param name="Rows">The answers, in the order of the data; rows whose image could not be read are missing.</param>
/// <param name="Skipped">The images that could not be read.</param>
/// <param name="Seconds">Time for reading and scoring.</param>
internal sealed record LabeledScores(
    IReadOnlyList<string> ClassNames, IReadOnlyList<LabeledScore> Rows, IReadOnlyList<BadImage> Skipped, double Seconds)
{
    private const double SmallestProbability = 1e-15;

    /// <summary>Share of the images whose most probable class is the true one.</summary>
    public double Accuracy => Share(row => row.IsRight);

    /// <summary>Share of the images whose true class is among the five most probable.</summary>
    public double TopFive => Share(row => row.LabelRank < 5);

    /// <summary>Mean of -ln(probability of the true class), in nats.</summary>
    public double LogLoss => Rows.Average(row => -Math.Log(Math.Max(row.LabelProbability, SmallestProbability)));

    /// <summary>Scores data; images that cannot be read are skipped while it does.</summary>
    /// <param name="model">A classifier, or a chain with one.</param>
    /// <param name="data">With the model's input and the label column.</param>
    /// <param name="labelColumnName">The label, a key or text.</param>
    /// <param name="onRow">Is told after each row how many were read; null for none. What it throws ends the scoring.</param>
    /// <param name="scoring">How to score; null for the way of the model. The model's own stays as it is.</param>
    /// <exception cref="ArgumentException">
    /// The label column is missing, of another type, or names a class that the model does not know.
    /// </exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    public static LabeledScores Of(
        ITransformer model, IDataView data, string labelColumnName, Action<long>? onRow = null, ScoringOptions? scoring = null)
    {
        var watch = Stopwatch.StartNew();
        var classifier = ClassifierFinder.Of(model);
        var skipped = new BadImageList();
        var scored = ClassifierFinder.Transform(
            model, data, (scoring ?? classifier.Scoring) with { OnBadImage = OnBadImage.Skip, BadImages = skipped });
        var rows = Read(scored, classifier, labelColumnName, onRow);
        if (rows.Count == 0)
        {
            throw new InvalidDataException(
                $"None of the images can be read. The first one: {skipped.FirstOrDefault()?.Reason ?? "there is no row"}");
        }
        return new(classifier.ClassNames, rows, skipped, watch.Elapsed.TotalSeconds);
    }

    private static List<LabeledScore> Read(
        IDataView scored, IImageClassifier classifier, string labelColumnName, Action<long>? onRow)
    {
        var label = LabelColumn.Find(scored.Schema, labelColumnName, classifier.ClassNames);
        var score = scored.Schema[classifier.Columns.Score];
        using var cursor = scored.GetRowCursor([label.Column, score]);
        var (readLabel, readScores) = (label.CreateReader(cursor), cursor.GetGetter<VBuffer<float>>(score));
        var rows = new List<LabeledScore>();
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            readScores(ref scores);
            var values = scores.DenseValues().ToArray();
            if (!float.IsNaN(values[0]))
                rows.Add(LabeledScore.Of(cursor.Position, readLabel(), values));
            onRow?.Invoke(cursor.Position + 1);
        }
        return rows;
    }

    private double Share(Func<LabeledScore, bool> isMeant) => (double)Rows.Count(isMeant) / Rows.Count;
}
