using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Writes elements, little-endian and in row-major order, to the given memory.</summary>
internal delegate void ReadElements(Span<byte> destination);

/// <summary>Writes a stored tensor's elements, little-endian and in row-major order, to the given memory.</summary>
internal delegate void ReadTensor(StoredTensor tensor, Span<byte> destination);

/// <summary>Takes elements, little-endian and in row-major order.</summary>
internal delegate void TakeElements(ReadOnlySpan<byte> elements);

/// <summary>Moves raw elements in and out of tensors of any layout and device, one tensor's worth of memory at a time.</summary>
internal static class TensorValues
{
    private const double LargestHalf = 65504;

    /// <summary>Replaces the values of <paramref name="target"/>, converting from the stored type where it differs.</summary>
    public static void Replace(Tensor target, ScalarType storedType, ReadElements read)
    {
        if (target.dtype == storedType && IsPlain(target))
        {
            read(target.bytes);
            return;
        }
        using var gradients = no_grad();
        using var staged = empty(target.shape, dtype: storedType);
        read(staged.bytes);
        target.copy_(staged);
    }

    /// <summary>Hands out the values of a tensor as the given type.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="type">The type to convert to.</param>
    /// <param name="take">Takes the values.</param>
    /// <param name="key">What messages call the tensor.</param>
    /// <exception cref="InvalidOperationException">A value is too large for the type.</exception>
    public static void Provide(Tensor source, ScalarType type, TakeElements take, string key)
    {
        if (source.dtype == type && IsPlain(source))
        {
            take(source.bytes);
            return;
        }
        using var gradients = no_grad();
        if (type == ScalarType.Float16 && source.dtype != type)
            CheckFitsHalf(source, key);
        using var staged = empty(source.shape, dtype: type);
        staged.copy_(source);
        take(staged.bytes);
    }

    private static bool IsPlain(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    private static void CheckFitsHalf(Tensor source, string key)
    {
        if (source.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var largest = source.abs().max().to(ScalarType.Float64).item<double>();
        if (double.IsFinite(largest) && largest > LargestHalf)
        {
            throw new InvalidOperationException(
                $"Tensor '{key}' holds {largest}, which is beyond Float16's largest value {LargestHalf}. " +
                "Choose Float32, or BFloat16 where the format has it.");
        }
    }
}
