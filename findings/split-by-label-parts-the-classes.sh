#!/usr/bin/env bash
# Splitting ten classes of a hundred rows so that each class is in both parts in the same proportion.
# Package: Microsoft.ML 6.0.0.
# Guess: TrainTestSplit(data, 0.2, samplingKeyColumnName: "Label") is the stratified split: 80 rows of each class to
# train on, 20 to test on.
# Behaviour: the opposite. Rows of one key stay together, so each class is whole on one side and the model is tested on a
# class that it never saw. There is no stratified split; the parts are made by hashing, and their sizes are not exact either.
# Seen on 2026-11-28:
# > train 100 100 100 100 0 100 100 100 100 100
# > test 0 0 0 0 100 0 0 0 0 0
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1000).Select(i => new Row { Label = $"class{i % 10}", Value = i }));
var parts = ml.Data.TrainTestSplit(data, 0.2, samplingKeyColumnName: "Label");
foreach (var (name, part) in new[] { ("train", parts.TrainSet), ("test", parts.TestSet) })
{
    string[] labels = part.GetColumn<string>("Label").ToArray();
    Console.WriteLine($"{name} {string.Join(" ", Enumerable.Range(0, 10).Select(c => labels.Count(l => l == $"class{c}")))}");
}

class Row
{
    public string Label { get; set; }
    public float Value { get; set; }
}
END
run app | as_seen
