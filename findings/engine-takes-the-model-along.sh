#!/usr/bin/env bash
# One fitted model and a PredictionEngine per request, each disposed of at the request's end.
# Package: Microsoft.ML 6.0.0.
# Guess: the engine disposes of what it made itself; the model was handed in and stays the caller's.
# Behaviour: disposing of the engine disposes of the model, and so of any native session within it, unless the options
# say OwnsTransformer = false.
# Seen on 2026-11-28:
# > engine made from the model alone: model disposed of True
# > engine with OwnsTransformer = false: model disposed of False
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
IDataView data = ml.Data.LoadFromEnumerable([new Row { Value = 1 }]);
var model = new Watched(ml.Transforms.NormalizeMinMax("Value").Fit(data));
using (ml.Model.CreatePredictionEngine<Row, Row>(model)) { }
Console.WriteLine($"engine made from the model alone: model disposed of {model.Disposed}");
model = new Watched(ml.Transforms.NormalizeMinMax("Value").Fit(data));
using (ml.Model.CreatePredictionEngine<Row, Row>(model, new PredictionEngineOptions { OwnsTransformer = false })) { }
Console.WriteLine($"engine with OwnsTransformer = false: model disposed of {model.Disposed}");

class Row
{
    public float Value { get; set; }
}

class Watched(ITransformer inner) : ITransformer, IDisposable
{
    public bool Disposed { get; private set; }
    public void Dispose() => Disposed = true;
    public bool IsRowToRowMapper => inner.IsRowToRowMapper;
    public DataViewSchema GetOutputSchema(DataViewSchema schema) => inner.GetOutputSchema(schema);
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema schema) => inner.GetRowToRowMapper(schema);
    public IDataView Transform(IDataView view) => inner.Transform(view);
    void ICanSaveModel.Save(ModelSaveContext context) => inner.Save(context);
}
END
run app | as_seen
