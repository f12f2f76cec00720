namespace MLNet.ResNetFamily;

/// <summary>A value that may have tensors in it, noted while it is put together.</summary>
internal interface IPickleHolder
{
    bool HoldsTensors { get; }

    /// <summary>Whether a value is a tensor, the storage of one, or has one in it.</summary>
    static bool IsTensorOrHolder(object? value) => value is PickledTensor or PickledStorage or IPickleHolder { HoldsTensors: true };
}

/// <summary>A Python dict or OrderedDict: pairs in the order they were added.</summary>
internal sealed class PickleDict : IPickleHolder
{
    // Made with the first pair: a hostile file may hold a million empty ones.
    private List<KeyValuePair<object?, object?>>? _items;

    public IReadOnlyList<KeyValuePair<object?, object?>> Items => _items ?? [];

    public bool HoldsTensors { get; private set; }

    /// <summary>Whether it is what a <c>torch.nn.Module</c> is made of, whatever library the module's class comes from.</summary>
    public bool IsModuleState => HasKey("_parameters") && HasKey("_modules");

    /// <summary>The value of a text key, or null; the last one where the key was set twice.</summary>
    public object? this[string key] => _items?.FindLast(item => item.Key is string text && text == key).Value;

    public void Add(object? key, object? value)
    {
        (_items ??= []).Add(new(key, value));
        HoldsTensors |= IPickleHolder.IsTensorOrHolder(value);
    }

    // A module lists these among its first attributes.
    private bool HasKey(string key) => Items.Take(64).Any(item => item.Key is string text && text == key);
}

/// <summary>A Python list or set.</summary>
internal sealed class PickleList : IPickleHolder
{
    private List<object?>? _items;

    public IReadOnlyList<object?> Items => _items ?? [];

    public bool HoldsTensors { get; private set; }

    public void AddRange(IReadOnlyList<object?> items)
    {
        (_items ??= []).AddRange(items);
        HoldsTensors |= items.Any(IPickleHolder.IsTensorOrHolder);
    }
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(IReadOnlyList<object?> Items) : IPickleHolder
{
    public static PickleTuple Empty { get; } = new([]);

    public bool HoldsTensors { get; } = Items.Any(IPickleHolder.IsTensorOrHolder);
}

/// <summary>A name that a pickle may mention, and what is made when the pickle calls it; null where it cannot be called.</summary>
internal sealed record PickleGlobal(string Name, Func<IReadOnlyList<object?>, object?>? Call = null);

/// <summary>
/// A class, function or object that no weights need, for example a path or a date among a checkpoint's settings. Nothing is imported,
/// made or called: of all that a pickle does with it, only this remains.
/// </summary>
/// <param name="name">The Python name that it goes back to.</param>
/// <param name="parts">What it was made from.</param>
internal sealed class PickleInert(string name, object? parts = null) : IPickleHolder
{
    public string Name => name;

    public bool HoldsTensors { get; private set; } = IPickleHolder.IsTensorOrHolder(parts);

    /// <summary>Whether it is a whole <c>torch.nn.Module</c>.</summary>
    public bool IsModule { get; private set; } = parts is PickleTuple { Items: [PickleDict { IsModuleState: true }, ..] };

    /// <summary>Adds items, or the attributes of the object.</summary>
    public void Add(object? part)
    {
        HoldsTensors |= IPickleHolder.IsTensorOrHolder(part);
        IsModule |= part is PickleDict { IsModuleState: true };
    }
}
