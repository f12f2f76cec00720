using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What a weight file says about one of its tensors, without the values.</summary>
/// <param name="Key">The tensor's name in the file, for example <c>layer1.0.conv1.weight</c>.</param>
/// <param name="DataType">Type of the stored elements.</param>
/// <param name="Shape">Size of each dimension; empty for a scalar.</param>
public sealed record StoredTensor(string Key, ScalarType DataType, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements: the product of <see cref="Shape"/>, 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (count, size) => checked(count * size));

    /// <summary>Bytes that the elements take, stored one after another.</summary>
    public long ByteCount => checked(ElementCount * DataTypes.Of(DataType).ByteCount);

    /// <summary>The tensor in words: key, type and shape.</summary>
    public override string ToString() => $"'{Key}' {DataType} {Shapes.Text(Shape)}";
}
