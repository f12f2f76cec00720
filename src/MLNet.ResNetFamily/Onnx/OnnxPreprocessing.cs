using static MLNet.ResNetFamily.OnnxGraph;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The part of a preprocessing that is arithmetic: from pixels, as decoders give them, to what a network sees.</summary>
internal static class OnnxPreprocessing
{
    /// <summary>From uint8 [N, S, S, C] to float32 [N, C, S, S], scaled to 0..1, minus mean, over std.</summary>
    /// <returns>The name of the normalized images.</returns>
    public static string Add(OnnxGraph graph, string pixels, Preprocessing preprocessing)
    {
        var channels = preprocessing.Mean.Count;
        float[] scale = [.. preprocessing.Std.Select(std => 1 / (byte.MaxValue * std))];
        float[] shift = [.. preprocessing.Mean.Zip(preprocessing.Std, (mean, std) => -mean / std)];
        var planes = graph.Cast(graph.Node("Transpose", [pixels], Ints("perm", 0, 3, 1, 2)), ScalarType.Float32);
        var scaled = graph.Node("Mul", [planes, graph.Constant("pixel_scale", ScalarType.Float32, scale, channels, 1, 1)]);
        return graph.Node("Add", [scaled, graph.Constant("pixel_shift", ScalarType.Float32, shift, channels, 1, 1)]);
    }
}
