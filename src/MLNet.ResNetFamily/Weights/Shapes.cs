namespace MLNet.ResNetFamily;

/// <summary>Arithmetic and wording of tensor shapes that come from a file and may be nonsense.</summary>
internal static class Shapes
{
    /// <summary>The shape as messages write it: <c>[64, 3, 7, 7]</c>.</summary>
    public static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Multiplies without trusting the sizes; false when one is negative or the product does not fit.</summary>
    public static bool TryByteCount(IReadOnlyList<long> shape, int elementBytes, out long byteCount)
    {
        byteCount = elementBytes;
        foreach (var size in shape)
        {
            if (size < 0 || Math.BigMul(byteCount, size, out var product) != 0 || product < 0)
                return false;
            byteCount = product;
        }
        return true;
    }

    /// <summary>
    /// Whether values of one shape fit the other in the same order: equal shapes, or a 1×1 convolution against a linear layer
    /// ([K, F, 1, 1] against [K, F]), which timm's pre-activation networks use as their classifier.
    /// </summary>
    public static bool Fit(IReadOnlyList<long> stored, IReadOnlyList<long> needed) =>
        stored.SequenceEqual(needed) || IsPointwiseOf(stored, needed) || IsPointwiseOf(needed, stored);

    private static bool IsPointwiseOf(IReadOnlyList<long> convolution, IReadOnlyList<long> linear) =>
        convolution is [var k, var f, 1, 1] && linear is [var rows, var columns] && k == rows && f == columns;
}
