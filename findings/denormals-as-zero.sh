#!/usr/bin/env bash
# ONNX Runtime's "session.set_denormal_as_zero", for a network whose activations fade to 1e-38 and slow it down.
# Package: Microsoft.ML.OnnxRuntime 1.31.1, on x64.
# Guess: as the name says, a setting of one session: it holds for that session's threads, for no other session and for
# no C# code.
# Behaviour: the first session of the process decides for all: when it did not ask, the setting of a later one is
# ignored. And when it did ask, the thread that made it computes differently from then on, in C# too: 1e-38f * 1 is 0.
# The script runs one program twice, with the setting on the first session of the process or on the second.
# Times of that convolution on 2026-11-28: 2 ms where denormals are zero, 400 ms where not. Seen:
# > setting on session 1: session 1 quick, C# says 0
# > setting on session 2: session 1 slow, session 2 slow, C# says 1E-38
source "$(dirname "$0")/project.sh"

project app Microsoft.ML.OnnxRuntime=1.31.1 Onnx.cs <<'END'
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

const int Channels = 64, Side = 56;
int asking = int.Parse(args[0]);
var random = new Random(1);
float[] weight = Enumerable.Range(0, Channels * Channels * 9).Select(_ => random.NextSingle() / 100).ToArray();
float[] large = Enumerable.Range(0, Channels * Side * Side).Select(_ => 1 + random.NextSingle()).ToArray();
float[] tiny = Enumerable.Range(0, Channels * Side * Side).Select(_ => (1 + random.NextSingle()) * 5e-39f).ToArray();
float number = float.Parse("1e-38"), one = float.Parse("1");
byte[] network = Onnx.Model(
    [Onnx.Node("Conv", "x w", "y", Onnx.Integers("kernel_shape", 3, 3), Onnx.Integers("pads", 1, 1, 1, 1))],
    [Onnx.Constant("w", Onnx.Single, weight, Channels, Channels, 3, 3)],
    Onnx.Value("x", Onnx.Single, 1, Channels, Side, Side), Onnx.Value("y", Onnx.Single, 1, Channels, Side, Side));

List<string> seen = [];
for (int i = 1; i <= asking; i++)
{
    using var options = new SessionOptions { IntraOpNumThreads = 1 };
    if (i == asking)
        options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");
    using var session = new InferenceSession(network, options);
    double usual = Milliseconds(session, large), faded = Milliseconds(session, tiny);
    Console.WriteLine($"({usual:F1} ms on numbers about 1, {faded:F1} ms on numbers about 1e-38)");
    seen.Add($"session {i} {(faded > 10 * usual ? "slow" : "quick")}");
}
seen.Add($"C# says {number * one}");
Console.WriteLine($"setting on session {asking}: {string.Join(", ", seen)}");

static double Milliseconds(InferenceSession session, float[] input)
{
    NamedOnnxValue[] inputs = [NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(input, [1, Channels, Side, Side]))];
    session.Run(inputs).Dispose();
    return Enumerable.Range(0, 3).Min(_ =>
    {
        var watch = Stopwatch.StartNew();
        session.Run(inputs).Dispose();
        return watch.Elapsed.TotalMilliseconds;
    });
}
END
{ run app 1; run app 2; } | as_seen
