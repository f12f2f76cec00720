#!/usr/bin/env bash
# Five rows through ApplyOnnxModel with a network whose first size is open, made to be fed in batches.
# Packages: Microsoft.ML 6.0.0, Microsoft.ML.OnnxTransformer 6.0.0, Microsoft.ML.OnnxRuntime 1.31.1.
# Guess: the transformer gathers rows into batches, as the open size asks for; the network is called once or twice.
# Behaviour: it is called once for each row with a batch of one, however many rows there are: all that batching saves
# is lost. The network of this script answers with the size of the batch that it got.
# Seen on 2026-11-28:
# > ONNX Runtime given five rows: 5 5 5 5 5
# > ApplyOnnxModel given five rows: 1 1 1 1 1
source "$(dirname "$0")/project.sh"

project app Microsoft.ML=6.0.0 Microsoft.ML.OnnxTransformer=6.0.0 Microsoft.ML.OnnxRuntime=1.31.1 Onnx.cs <<'END'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// size = x * 0 + shape(x)[0]
File.WriteAllBytes("size.onnx", Onnx.Model(
    [
        Onnx.Node("Shape", "x", "shape"), Onnx.Node("Gather", "shape first", "rows", Onnx.Integer("axis", 0)),
        Onnx.Node("Cast", "rows", "number", Onnx.Integer("to", Onnx.Single)),
        Onnx.Node("Mul", "x nothing", "zeros"), Onnx.Node("Add", "zeros number", "size"),
    ],
    [Onnx.Constant<long>("first", Onnx.Int64, [0]), Onnx.Constant<float>("nothing", Onnx.Single, [0])],
    Onnx.Value("x", Onnx.Single, "batch", 1), Onnx.Value("size", Onnx.Single, "batch", 1)));

using (var session = new InferenceSession("size.onnx"))
{
    using var answers = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(new float[5], [5, 1]))]);
    Console.WriteLine("ONNX Runtime given five rows: " + string.Join(" ", answers[0].AsEnumerable<float>()));
}
var ml = new MLContext();
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 5).Select(_ => new Row { X = [0] }));
IDataView applied = ml.Transforms.ApplyOnnxModel("size", "x", "size.onnx").Fit(data).Transform(data);
Console.WriteLine("ApplyOnnxModel given five rows: " + string.Join(" ", applied.GetColumn<float[]>("size").Select(row => row[0])));

class Row
{
    [ColumnName("x"), VectorType(1)]
    public float[] X { get; set; }
}
END
run app | as_seen
