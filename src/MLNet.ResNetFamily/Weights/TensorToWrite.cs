using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A tensor on its way into a file: what it is, and a way to get at its elements while they are needed.</summary>
/// <param name="Description">Key, type and shape as the file will say.</param>
/// <param name="Provide">
/// Hands the elements, little-endian and in row-major order, to the given taker; the memory is gone afterwards.
/// </param>
internal sealed record TensorToWrite(StoredTensor Description, Action<TakeElements> Provide)
{
    /// <summary>Wraps tensors without copying them.</summary>
    /// <param name="tensors">Keys and tensors, which must live until they are written.</param>
    /// <param name="floatType">Type to round fractions to; null keeps each tensor's own.</param>
    public static IReadOnlyList<TensorToWrite> From(IEnumerable<(string Key, Tensor Tensor)> tensors, ScalarType? floatType = null) =>
        [.. tensors.Select(item => From(item.Key, item.Tensor, floatType))];

    private static TensorToWrite From(string key, Tensor tensor, ScalarType? floatType)
    {
        var type = floatType is { } wanted && DataTypes.Of(tensor.dtype).IsFloatingPoint ? wanted : tensor.dtype;
        return new TensorToWrite(new StoredTensor(key, type, tensor.shape), take => TensorValues.Provide(tensor, type, take, key));
    }
}
