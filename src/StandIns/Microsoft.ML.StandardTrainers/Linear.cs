using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Trainers;

internal static class Linear
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var vectorsA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vectorsB = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < vectorsA.Length; i++)
            sums += vectorsA[i] * vectorsB[i];
        var sum = Vector.Sum(sums);
        for (var i = vectorsA.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static void AddScaled(ReadOnlySpan<float> source, float factor, Span<float> target)
    {
        var sources = MemoryMarshal.Cast<float, Vector<float>>(source);
        var targets = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sources.Length; i++)
            targets[i] += sources[i] * factor;
        for (var i = sources.Length * Vector<float>.Count; i < source.Length; i++)
            target[i] += source[i] * factor;
    }

    /// <summary>Turns scores into probabilities and returns the logarithm of what they were divided by.</summary>
    public static float SoftMax(Span<float> scores)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        var sum = 0f;
        foreach (ref var score in scores)
            sum += score = MathF.Exp(score - highest);
        foreach (ref var score in scores)
            score /= sum;
        return highest + MathF.Log(sum);
    }
}
