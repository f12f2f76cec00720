#!/usr/bin/env bash
# A chain with a step that has no ONNX form, a CustomMapping, converted to ONNX.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.OnnxConverter 0.24.0, Microsoft.ML.OnnxRuntime 1.31.1.
# Guess: ConvertToOnnx throws and names the step.
# Behaviour: it depends on the column's name. A mapping to a new column throws (without a name); one that overwrites its
# input column is left out without a word, and the file computes something else than the chain does.
# Seen on 2026-11-28 (doubling, then NormalizeMinMax fitted on 3 and 6; asked about 3):
# > to a new column: InvalidOperationException
# > in place: the chain says 0.5, its ONNX file 0.25
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.OnnxConverter=0.24.0 Microsoft.ML.OnnxRuntime=1.31.1 <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var ml = new MLContext();
IDataView data = ml.Data.LoadFromEnumerable([new Row { Value = 3 }, new Row { Value = 6 }]);
try
{
    Export(ml.Transforms.CustomMapping<Row, Other>((from, to) => to.Twice = 2 * from.Value, null)
        .Append(ml.Transforms.NormalizeMinMax("Result", "Twice")).Fit(data), "other.onnx");
    Console.WriteLine("to a new column: exported");
}
catch (InvalidOperationException)
{
    Console.WriteLine("to a new column: InvalidOperationException");
}

ITransformer chain = ml.Transforms.CustomMapping<Row, Row>((from, to) => to.Value = 2 * from.Value, null)
    .Append(ml.Transforms.NormalizeMinMax("Result", "Value")).Fit(data);
Export(chain, "same.onnx");
float said = chain.Transform(data).GetColumn<float>("Result").First();
using var session = new InferenceSession("same.onnx");
using var answers = session.Run([NamedOnnxValue.CreateFromTensor("Value", new DenseTensor<float>(new float[] { 3 }, [1, 1]))]);
Console.WriteLine($"in place: the chain says {said}, its ONNX file {answers.First(a => a.Name == "Result.output").AsEnumerable<float>().First()}");

void Export(ITransformer model, string path)
{
    using FileStream file = File.Create(path);
    ml.Model.ConvertToOnnx(model, data, file);
}

class Row
{
    public float Value { get; set; }
}

class Other
{
    public float Twice { get; set; }
}
END
run app | as_seen
