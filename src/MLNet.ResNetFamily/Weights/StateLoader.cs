using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Puts stored values into tensors of the same names: for states that this library wrote itself, where every name must be there on both
/// sides. Published weights have dialects and heads besides, which are not its business.
/// </summary>
internal static class StateLoader
{
    /// <summary>Loads a safetensors block that stands in a stream; afterwards the stream stands behind the block.</summary>
    /// <param name="target">Keys and tensors whose values are replaced.</param>
    /// <param name="stream">Where the block begins; need not be seekable and stays open.</param>
    /// <param name="origin">What messages call the block: a path, or a path and what in it.</param>
    /// <exception cref="InvalidDataException">
    /// The block is damaged, or names, shapes or types differ; in the latter case nothing was changed.
    /// </exception>
    public static void LoadInto(IEnumerable<(string Key, Tensor Tensor)> target, Stream stream, string origin)
    {
        var tensors = ByKey(target);
        var header = SafetensorsHeader.Read(stream, origin);
        Check(tensors, [.. header.Entries.Select(entry => entry.Tensor)], origin);
        foreach (var (stored, _, _) in header.InDataOrder)
        {
            TensorValues.Replace(tensors[stored.Key], stored.DataType, elements =>
            {
                if (stream.ReadAtLeast(elements, elements.Length, throwOnEndOfStream: false) < elements.Length)
                    throw SafetensorsHeader.Broken(origin, $"it ends inside tensor '{stored.Key}'");
            });
        }
    }

    /// <summary>Loads an open file.</summary>
    /// <inheritdoc cref="LoadInto(IEnumerable{ValueTuple{string, Tensor}}, Stream, string)"/>
    public static void LoadInto(IEnumerable<(string Key, Tensor Tensor)> target, WeightFile file)
    {
        file.Verify(file.Tensors);
        LoadInto(target, file.Tensors, file.ReadElements, file.Path);
    }

    /// <summary>Loads values that can be read in any order.</summary>
    /// <inheritdoc cref="LoadInto(IEnumerable{ValueTuple{string, Tensor}}, Stream, string)"/>
    public static void LoadInto(
        IEnumerable<(string Key, Tensor Tensor)> target, IReadOnlyList<StoredTensor> stored, ReadTensor read, string origin)
    {
        var tensors = ByKey(target);
        Check(tensors, stored, origin);
        foreach (var tensor in stored)
            TensorValues.Replace(tensors[tensor.Key], tensor.DataType, elements => read(tensor, elements));
    }

    private static Dictionary<string, Tensor> ByKey(IEnumerable<(string Key, Tensor Tensor)> target) =>
        target.ToDictionary(item => item.Key, item => item.Tensor, StringComparer.Ordinal);

    private static void Check(Dictionary<string, Tensor> target, IReadOnlyList<StoredTensor> stored, string origin)
    {
        var storedKeys = stored.Select(tensor => tensor.Key).ToHashSet(StringComparer.Ordinal);
        var faults = target.Keys.Where(key => !storedKeys.Contains(key)).Select(key => $"tensor '{key}' is missing")
            .Concat(stored.Select(tensor => Fault(tensor, target.GetValueOrDefault(tensor.Key))).OfType<string>())
            .ToList();
        if (faults.Count > 0)
            throw new InvalidDataException($"'{origin}' does not hold the weights of this network: {ListText.Text(faults)}.");
    }

    private static string? Fault(StoredTensor stored, Tensor? needed)
    {
        if (needed is null)
            return $"tensor '{stored.Key}' is unknown";
        if (!stored.Shape.SequenceEqual(needed.shape))
            return $"tensor '{stored.Key}' has shape {Shapes.Text(stored.Shape)}, but {Shapes.Text(needed.shape)} is needed";
        return DataTypes.Fit(stored.DataType, needed.dtype)
            ? null
            : $"tensor '{stored.Key}' holds {stored.DataType}, but {needed.dtype} is needed";
    }
}
