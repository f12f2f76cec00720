#!/usr/bin/env bash
# Evaluating decisions that were not made by the largest score: the predicted label was set by a rule of one's own,
# a threshold for a rare class for instance.
# Package: Microsoft.ML 6.0.0.
# Guess: Evaluate has the parameter predictedLabelColumnName and throws without that column, so accuracy and confusion
# matrix compare it with the label.
# Behaviour: the column must be there and of the label's type, but its values are not read: accuracy and confusion matrix
# come from the largest score. A predicted label that is always right gets accuracy 0, one always wrong gets 1.
# Seen on 2026-11-28:
# > predictions right, largest scores wrong: accuracy 0, confusion 0 1 / 1 0
# > predictions wrong, largest scores right: accuracy 1, confusion 1 0 / 0 1
# > no predictions: ArgumentOutOfRangeException
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
Row Make(string label, string decision, float a) => new() { Label = label, Decision = decision, Score = [a, 1 - a] };
Report("predictions right, largest scores wrong", "Decision", Make("a", "a", 0.1f), Make("b", "b", 0.9f));
Report("predictions wrong, largest scores right", "Decision", Make("a", "b", 0.9f), Make("b", "a", 0.1f));
try
{
    Report("no predictions", "Nothing", Make("a", "a", 0.9f), Make("b", "b", 0.1f));
}
catch (ArgumentOutOfRangeException)
{
    Console.WriteLine("no predictions: ArgumentOutOfRangeException");
}

void Report(string name, string column, params Row[] rows)
{
    IDataView data = ml.Data.LoadFromEnumerable(rows);
    IDataView labels = ml.Data.LoadFromEnumerable(new[] { new Key { Text = "a" }, new Key { Text = "b" } });
    data = ml.Transforms.Conversion.MapValueToKey([new InputOutputColumnPair("Label"), new InputOutputColumnPair("Decision")],
        keyData: labels).Fit(data).Transform(data);
    MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(data, predictedLabelColumnName: column);
    Console.WriteLine($"{name}: accuracy {metrics.MicroAccuracy}, confusion "
        + string.Join(" / ", metrics.ConfusionMatrix.Counts.Select(row => string.Join(" ", row))));
}

class Key
{
    public string Text { get; set; }
}

class Row
{
    public string Label { get; set; }
    public string Decision { get; set; }
    [VectorType(2)]
    public float[] Score { get; set; }
}
END
run app | as_seen
