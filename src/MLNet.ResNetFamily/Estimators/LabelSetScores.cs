using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>What a classifier answered for data whose images may show several classes.</summary>
/// <param name="Rows">Number of the row in the data of each image that was scored.</param>
/// <param name="Scores">The answers and the labels, in the same order.</param>
internal sealed record LabelSetScores(IReadOnlyList<long> Rows, MultiLabelScores Scores)
{
    /// <summary>Reads scored data; rows whose image could not be read are left out.</summary>
    /// <param name="scored">The data with their scores.</param>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="scoreColumnName">The column of the probabilities.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="onRow">Is told after each row how many were read; null for none. What it throws ends the reading.</param>
    /// <exception cref="ArgumentException">The label column is missing, of another type, or names an unknown class.</exception>
    public static LabelSetScores Read(
        IDataView scored, string labelColumnName, string scoreColumnName, IReadOnlyList<string> classNames, Action<long>? onRow = null)
    {
        var numbers = classNames.Index().ToDictionary(c => c.Item, c => c.Index);
        var label = LabelSetColumn.Find(scored.Schema, labelColumnName);
        var score = scored.Schema[scoreColumnName];
        var (rows, scores) = (new List<long>(), new MultiLabelScores(classNames.Count));
        using var cursor = scored.GetRowCursor([label.Column, score]);
        var (readLabels, readScores) = (label.CreateReader(cursor), cursor.GetGetter<VBuffer<float>>(score));
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            readScores(ref values);
            float[] probabilities = [.. values.DenseValues()];
            if (!float.IsNaN(probabilities[0]))
            {
                scores.Add(probabilities, readLabels().Select(NumberOf));
                rows.Add(cursor.Position);
            }
            onRow?.Invoke(cursor.Position + 1);
        }
        return new(rows, scores);

        int NumberOf(string name) => numbers.TryGetValue(name, out var number) ? number : throw new ArgumentException(
            $"Row {cursor.Position} has the label '{name}' in column '{label.Column.Name}', but the classifier knows only " +
            $"{ListText.Quoted(classNames)}. Leave such rows out, or train with this class.");
    }
}
