namespace MLNet.ResNetFamily;

/// <summary>A Python dict or OrderedDict: pairs in the order they were added.</summary>
internal sealed class PickleDict
{
    // Made with the first pair: a hostile file may hold a million empty ones.
    private List<KeyValuePair<object?, object?>>? _items;

    public IReadOnlyList<KeyValuePair<object?, object?>> Items => _items ?? [];

    /// <summary>The value of a text key, or null; the last one where the key was set twice.</summary>
    public object? this[string key] => _items?.FindLast(item => item.Key is string text && text == key).Value;

    public void Add(object? key, object? value) => (_items ??= []).Add(new(key, value));
}

/// <summary>A Python list or set.</summary>
internal sealed class PickleList
{
    private List<object?>? _items;

    public IReadOnlyList<object?> Items => _items ?? [];

    public void AddRange(IReadOnlyList<object?> items) => (_items ??= []).AddRange(items);
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(IReadOnlyList<object?> Items)
{
    public static PickleTuple Empty { get; } = new([]);
}

/// <summary>A name that a pickle may mention, and what is made when the pickle calls it; null where it cannot be called.</summary>
internal sealed record PickleGlobal(string Name, Func<IReadOnlyList<object?>, object?>? Call = null);

/// <summary>An object that a checkpoint may hold beside its weights and that is not read: nothing is done with its parts.</summary>
internal sealed record PickleIgnored
{
    public static PickleIgnored Instance { get; } = new();
}
