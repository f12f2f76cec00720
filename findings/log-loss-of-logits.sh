#!/usr/bin/env bash
# Judging an imported network that ends without a softmax: its scores are logits, not probabilities.
# Package: Microsoft.ML 6.0.0.
# Guess: the evaluator puts a softmax before the logarithm, or refuses numbers above 1, or at worst gives a log-loss
# below 0, at which one sees the mistake.
# Behaviour: the score is taken for a probability and cut off at 1. A model that is right half of the time gets the
# log-loss 0 and the reduction 1, those of a perfect one.
# Seen on 2026-11-28:
# > probabilities: micro-accuracy 0.50, log-loss 1.263, reduction -0.822
# > logits: micro-accuracy 0.50, log-loss 0.000, reduction 1.000
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
Report("probabilities", [0.8f, 0.2f], [0.9f, 0.1f]);
Report("logits", [8, 2], [9, 1]);

void Report(string name, float[] right, float[] wrong)
{
    IDataView data = ml.Data.LoadFromEnumerable<Row>([new() { Label = "a", Score = right }, new() { Label = "b", Score = wrong }]);
    data = ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(ml.Transforms.CopyColumns("PredictedLabel", "Label")).Fit(data).Transform(data);
    MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(data);
    Console.WriteLine($"{name}: micro-accuracy {metrics.MicroAccuracy:F2}, log-loss {metrics.LogLoss:F3}, reduction {metrics.LogLossReduction:F3}");
}

class Row
{
    public string Label { get; set; }
    [VectorType(2)]
    public float[] Score { get; set; }
}
END
run app | as_seen
