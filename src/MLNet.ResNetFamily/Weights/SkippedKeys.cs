namespace MLNet.ResNetFamily;

/// <summary>The keys that a caller wants left out, and which of them stood for something.</summary>
internal sealed class SkippedKeys(IReadOnlyCollection<string> entries)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The entries that have matched no key so far.</summary>
    public IReadOnlyList<string> Unused => [.. entries.Where(entry => !_used.Contains(entry))];

    /// <summary>Whether a key is one of the entries, or begins with one that ends in <c>*</c>.</summary>
    public bool Contains(string key)
    {
        var isFound = false;
        foreach (var entry in entries)
        {
            if (entry == key || entry.EndsWith('*') && key.AsSpan().StartsWith(entry.AsSpan()[..^1], StringComparison.Ordinal))
            {
                _used.Add(entry);
                isFound = true;
            }
        }
        return isFound;
    }
}
