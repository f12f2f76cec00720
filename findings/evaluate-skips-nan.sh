#!/usr/bin/env bash
# Judging a classifier half of whose rows came out as NaN, as they do after an overflow.
# Package: Microsoft.ML 6.0.0.
# Guess: Evaluate throws, or a row whose scores are NaN counts as wrong and its log-loss spoils the mean.
# Behaviour: such rows are left out of every figure, so that the broken half does not show: four rows of which two are
# NaN and one is right have a micro-accuracy of a half, not a quarter. With all rows NaN the log-loss is 0: perfect.
# Nothing but the confusion matrix tells how many rows were counted.
# Seen on 2026-11-28:
# > 2 good rows: micro-accuracy 0.50, log-loss 1.263, rows in the confusion matrix 2
# > 2 good rows, 2 NaN: micro-accuracy 0.50, log-loss 1.263, rows in the confusion matrix 2
# > 2 NaN: micro-accuracy 0.00, log-loss 0.000, rows in the confusion matrix 0
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
Row[] good = [new() { Label = "a", Score = [0.8f, 0.2f] }, new() { Label = "b", Score = [0.9f, 0.1f] }];
Row[] broken = [new() { Label = "b", Score = [float.NaN, float.NaN] }, new() { Label = "b", Score = [float.NaN, float.NaN] }];
ITransformer keys = ml.Transforms.Conversion.MapValueToKey("Label")
    .Append(ml.Transforms.CopyColumns("PredictedLabel", "Label")).Fit(ml.Data.LoadFromEnumerable(good));
foreach (var (name, rows) in new[] { ("2 good rows", good), ("2 good rows, 2 NaN", [.. good, .. broken]), ("2 NaN", broken) })
{
    MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(keys.Transform(ml.Data.LoadFromEnumerable(rows)));
    Console.WriteLine($"{name}: micro-accuracy {metrics.MicroAccuracy:F2}, log-loss {metrics.LogLoss:F3}, "
        + $"rows in the confusion matrix {metrics.ConfusionMatrix.Counts.Sum(row => row.Sum())}");
}

class Row
{
    public string Label { get; set; }
    [VectorType(2)]
    public float[] Score { get; set; }
}
END
run app | as_seen
