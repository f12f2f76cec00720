#!/usr/bin/env bash
# Shuffling 10,000 rows sorted by class, as a list of files folder by folder is, for several epochs.
# Package: Microsoft.ML 6.0.0.
# Guess: rows in a List can be reached at random, so ShuffleRows puts any row anywhere; and each pass over the shuffled
# view draws a new order, since no seed is given.
# Behaviour: a pool of 1,000 rows slides over the list: the first thousand rows that come out are all from the first
# fifth. And the order belongs to the view: each pass over it is the same. For another order make another view.
# Seen on 2026-11-28:
# > the first 1,000 rows out come from the first 2,000 in: True
# > a second pass has the same order: True
# > a second view has the same order: False
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
List<Row> rows = Enumerable.Range(0, 10_000).Select(i => new Row { Number = i }).ToList();
IDataView view = ml.Data.ShuffleRows(ml.Data.LoadFromEnumerable(rows));
float[] first = Numbers(view), second = Numbers(view);
Console.WriteLine($"(the last of the first 1,000 is {first.Take(1000).Max()}, their mean {first.Take(1000).Average():F0})");
Console.WriteLine($"the first 1,000 rows out come from the first 2,000 in: {first.Take(1000).All(n => n < 2000)}");
Console.WriteLine($"a second pass has the same order: {first.SequenceEqual(second)}");
IDataView other = ml.Data.ShuffleRows(ml.Data.LoadFromEnumerable(rows));
Console.WriteLine($"a second view has the same order: {first.SequenceEqual(Numbers(other))}");

static float[] Numbers(IDataView view) => view.GetColumn<float>("Number").ToArray();

class Row
{
    public float Number { get; set; }
}
END
run app | as_seen
