using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The Python names that tensors and state_dicts are made of, and what this library makes of each: plain data, never a call into code.
/// </summary>
internal static class TorchGlobals
{
    private const string Torch = "torch";
    private const int MaximumRank = 64;

    // Element types by their Python name, in tensors that name it themselves.
    private static readonly Dictionary<string, DataTypeNames> Types = new(StringComparer.Ordinal)
    {
        ["torch.float64"] = DataTypes.Of(ScalarType.Float64),
        ["torch.float32"] = DataTypes.Of(ScalarType.Float32),
        ["torch.float16"] = DataTypes.Of(ScalarType.Float16),
        ["torch.bfloat16"] = DataTypes.Of(ScalarType.BFloat16),
        ["torch.int64"] = DataTypes.Of(ScalarType.Int64),
        ["torch.int32"] = DataTypes.Of(ScalarType.Int32),
        ["torch.int16"] = DataTypes.Of(ScalarType.Int16),
        ["torch.int8"] = DataTypes.Of(ScalarType.Int8),
        ["torch.uint8"] = DataTypes.Of(ScalarType.Byte),
        ["torch.bool"] = DataTypes.Of(ScalarType.Bool),
    };

    private static readonly Dictionary<string, PickleGlobal> Known = Rows().ToDictionary(row => row.Name, StringComparer.Ordinal);

    /// <summary>The global of that name, or null for one that no tensor needs.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    /// <summary>Reads the description that stands in place of something stored elsewhere.</summary>
    /// <returns>
    /// A <see cref="PickledStorage"/>; a <see cref="PickleInert"/> for a storage of another type, and for a module's class, which old
    /// files describe together with its source code; null when the description is nonsense.
    /// </returns>
    public static object? Persistent(object? description) => description switch
    {
        PickleTuple { Items: ["module", PickleInert type, ..] } => type,
        PickleTuple { Items: ["storage", PickleInert type, string, ..] } => new PickleInert(type.Name, PickledStorage.Unreadable),
        PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long count, ..] } tuple when count >= 0
            => Storage(tuple, type, key, count),
        _ => null,
    };

    private static PickledStorage? Storage(PickleTuple description, PickleGlobal type, string key, long count)
    {
        var names = DataTypes.All.FirstOrDefault(row => type.Name == $"{Torch}.{row.Storage}");
        if (names is null && !type.Name.EndsWith(".UntypedStorage", StringComparison.Ordinal))
            return null;
        return description.Items.ElementAtOrDefault(5) switch
        {
            null => new PickledStorage(key, names, count, 0, count),
            // PyTorch before 0.4: a storage that is a part of another one.
            PickleTuple { Items: [string, long offset, long length] }
                when offset >= 0 && length >= 0 && offset <= count && length <= count - offset
                => new PickledStorage(key, names, count, offset, length),
            _ => null,
        };
    }

    private static IEnumerable<PickleGlobal> Rows()
    {
        foreach (var type in DataTypes.All)
            yield return new($"{Torch}.{type.Storage}");
        foreach (var type in Types.Keys)
            yield return new(type);
        yield return new("torch.UntypedStorage");
        yield return new("torch.storage.UntypedStorage");
        yield return new("torch.Size", Only);
        yield return new("torch._utils._rebuild_tensor", arguments => Tensor(arguments));
        yield return new("torch._utils._rebuild_tensor_v2", arguments => Tensor(arguments));
        yield return new("torch._utils._rebuild_tensor_v3", arguments => Tensor(arguments, TypeArgument(arguments)));
        // Tensors with attributes of their own, of a class that changes nothing about the values.
        yield return new("torch._tensor._rebuild_from_type_v2", FromType);
        yield return new("torch.Tensor");
        yield return new("torch.nn.parameter.Parameter");
        yield return new("torch.nn.parameter.Buffer");
        yield return new("torch._utils._rebuild_parameter", First);
        yield return new("torch._utils._rebuild_parameter_with_state", First);

        yield return new("collections.OrderedDict", Dict);
        yield return new("collections.defaultdict", _ => new PickleDict());
    }

    private static object? First(IReadOnlyList<object?> arguments) => arguments.Count > 0 ? arguments[0] : throw new InvalidCastException();

    private static object? Only(IReadOnlyList<object?> arguments) => arguments.Count == 1 ? arguments[0] : throw new InvalidCastException();

    private static PickleDict Dict(IReadOnlyList<object?> arguments)
    {
        var dict = new PickleDict();
        if (arguments.Count == 0)
            return dict;
        foreach (var pair in ((PickleList)Only(arguments)!).Items)
        {
            var (key, value) = pair switch
            {
                PickleTuple { Items: [var first, var second] } => (first, second),
                PickleList { Items: [var first, var second] } => (first, second),
                _ => throw new InvalidCastException(),
            };
            dict.Add(key, value);
        }
        return dict;
    }

    private static object? FromType(IReadOnlyList<object?> arguments) =>
        arguments is [PickleGlobal { Call: { } rebuild }, PickleGlobal, PickleTuple inner, ..]
            ? rebuild(inner.Items)
            : throw new InvalidCastException();

    private static PickleGlobal TypeArgument(IReadOnlyList<object?> arguments) =>
        arguments is [_, _, _, _, _, _, PickleGlobal type, ..] ? type : throw new InvalidCastException();

    private static PickledTensor Tensor(IReadOnlyList<object?> arguments, PickleGlobal? type = null)
    {
        if (arguments is not [PickledStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..])
            throw new InvalidCastException();
        var names = type is null ? storage.Type : Types.GetValueOrDefault(type.Name);
        if (names is null || shape.Items.Count > MaximumRank || shape.Items.Count != strides.Items.Count)
            throw new InvalidCastException();
        return new PickledTensor(storage, names, offset, Integers(shape), Integers(strides));
    }

    private static long[] Integers(PickleTuple tuple) => [.. tuple.Items.Select(item => (long)item!)];
}
