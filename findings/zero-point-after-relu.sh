#!/usr/bin/env bash
# Eight int8 convolutions with a ReLU each, in QDQ form, their activations as unsigned bytes with zero point 0 or 128.
# Package: Microsoft.ML.OnnxRuntime 1.31.1.
# Guess: the zero point costs precision (128 wastes half of the range after a ReLU) but not time: either way each
# Conv between Dequantize and Quantize becomes an integer convolution.
# Behaviour: with zero point 0 the ReLU goes into the rounding and all eight become QLinearConv. With 128 it stays, parts
# each convolution from its QuantizeLinear, and all eight are computed in float, with conversions on top: some four
# times as slow as with zero point 0. Without ReLU 128 is no trouble.
# Times on 2026-11-28, one thread: 5 ms with 0, 25 ms with 128, 4 ms with 128 and no ReLU. Seen:
# > zero point 0, ReLU: 8 integer convolutions of 8
# > zero point 128, ReLU: 0 integer convolutions of 8
# > zero point 128, no ReLU: 8 integer convolutions of 8
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.OnnxRuntime=1.31.1 Onnx.cs <<'END'
using System.Diagnostics;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

const int Layers = 8, Channels = 64, Side = 56;
Report("zero point 0, ReLU", 0, true);
Report("zero point 128, ReLU", 128, true);
Report("zero point 128, no ReLU", 128, false);

void Report(string name, byte zero, bool relu)
{
    using var options = new SessionOptions
    {
        IntraOpNumThreads = 1, OptimizedModelFilePath = "optimized.onnx", LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
    using var session = new InferenceSession(Network(zero, relu), options);
    var random = new Random(1);
    float[] input = Enumerable.Range(0, Channels * Side * Side).Select(_ => random.NextSingle() * 5).ToArray();
    NamedOnnxValue[] inputs = [NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(input, [1, Channels, Side, Side]))];
    TimeSpan best = TimeSpan.MaxValue;
    for (int i = 0; i < 5; i++)
    {
        var watch = Stopwatch.StartNew();
        session.Run(inputs).Dispose();
        best = best < watch.Elapsed ? best : watch.Elapsed;
    }
    // The operator's name stands once in each node of the graph as it is run.
    int integer = Encoding.Latin1.GetString(File.ReadAllBytes("optimized.onnx")).Split("QLinearConv").Length - 1;
    Console.WriteLine($"({best.TotalMilliseconds:F1} ms)");
    Console.WriteLine($"{name}: {integer} integer convolutions of {Layers}");
}

byte[] Network(byte zero, bool relu)
{
    var random = new Random(1);
    sbyte[] weight = Enumerable.Range(0, Channels * Channels * 9).Select(_ => (sbyte)random.Next(-100, 100)).ToArray();
    byte[][] constants =
    [
        Onnx.Constant("w", Onnx.Int8, weight, Channels, Channels, 3, 3), Onnx.Constant<float>("w_scale", Onnx.Single, [0.001f]),
        Onnx.Constant<sbyte>("w_zero", Onnx.Int8, [0]), Onnx.Constant<float>("scale", Onnx.Single, [0.05f]), Onnx.Constant<byte>("zero", Onnx.UInt8, [zero]),
    ];
    List<byte[]> nodes = [Onnx.Node("QuantizeLinear", "x scale zero", "q0"), Onnx.Node("DequantizeLinear", "q0 scale zero", "d0")];
    for (int i = 1; i <= Layers; i++)
    {
        nodes.Add(Onnx.Node("DequantizeLinear", "w w_scale w_zero", $"w{i}"));
        nodes.Add(Onnx.Node("Conv", $"d{i - 1} w{i}", $"c{i}", Onnx.Integers("kernel_shape", 3, 3), Onnx.Integers("pads", 1, 1, 1, 1)));
        if (relu)
            nodes.Add(Onnx.Node("Relu", $"c{i}", $"r{i}"));
        nodes.Add(Onnx.Node("QuantizeLinear", $"{(relu ? "r" : "c")}{i} scale zero", $"q{i}"));
        nodes.Add(Onnx.Node("DequantizeLinear", $"q{i} scale zero", $"d{i}"));
    }
    return Onnx.Model(nodes, constants, Onnx.Value("x", Onnx.Single, 1, Channels, Side, Side),
        Onnx.Value($"d{Layers}", Onnx.Single, 1, Channels, Side, Side));
}
END
run app | as_seen
