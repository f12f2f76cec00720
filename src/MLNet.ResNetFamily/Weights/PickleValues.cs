namespace MLNet.ResNetFamily;

/// <summary>A Python dict or OrderedDict: pairs in the order they were added.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>The value of a text key, or null.</summary>
    public object? this[string key] => Items.FindLast(item => item.Key is string text && text == key).Value;
}

/// <summary>A Python list or set.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(IReadOnlyList<object?> Items);

/// <summary>A name that a pickle may mention, and what is made when the pickle calls it; null where it cannot be called.</summary>
internal sealed record PickleGlobal(string Name, Func<IReadOnlyList<object?>, object?>? Call = null);

/// <summary>An object that a checkpoint may hold beside its weights and that nobody reads: nothing is done with its parts.</summary>
internal sealed record PickleIgnored
{
    public static PickleIgnored Instance { get; } = new();
}
