namespace MLNet.ResNetFamily;

/// <summary>
/// Finds the network inside a larger one: a file may hold it under a prefix of any name (<c>encoder.</c>, <c>model.net.</c>), beside
/// other parts.
/// </summary>
/// <param name="stored">The names in the file.</param>
/// <param name="needed">The names that the network knows.</param>
/// <param name="required">Those of them that must all be there under one prefix: neither the classifier nor counters.</param>
/// <param name="headKey">Where the network's published checkpoints keep the classifier.</param>
internal sealed class KeyPrefixes(
    IReadOnlyCollection<string> stored, IReadOnlySet<string> needed, IReadOnlySet<string> required, string headKey)
{
    /// <summary>The network's name for each name in the file, by way of the one prefix under which all that is required is found.</summary>
    /// <param name="several">The prefixes where more than one would fit; the names are then of no use.</param>
    public IReadOnlyDictionary<string, string> Names(out IReadOnlyList<string> several)
    {
        several = [];
        var plain = KeyRenames.Match(stored, needed, headKey);
        if (Fits(plain))
            return plain;
        var fitting = new List<(string Prefix, IReadOnlyDictionary<string, string> Names)>();
        foreach (var prefix in Candidates())
        {
            var isInside = fitting.Exists(outer => prefix.StartsWith(outer.Prefix, StringComparison.Ordinal));
            if (!isInside && Under(prefix) is var names && Fits(names))
                fitting.Add((prefix, names));
        }
        if (fitting.Count > 1)
            several = [.. fitting.Select(found => found.Prefix)];
        return fitting.Count > 0 ? fitting[0].Names : plain;
    }

    /// <summary>The network's name for each name in the file when it stands under a certain prefix.</summary>
    public IReadOnlyDictionary<string, string> Under(string prefix)
    {
        var inside = stored.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var found = KeyRenames.Match([.. inside.Select(key => key[prefix.Length..])], needed, headKey);
        var names = inside.ToDictionary(key => key, key => found[key[prefix.Length..]], StringComparer.Ordinal);

        // A classifier often stands beside the network that it classifies for.
        var head = new HashSet<string>(StringComparer.Ordinal) { headKey + ".weight", headKey + ".bias" };
        var outside = stored.Where(key => !names.ContainsKey(key)).ToList();
        var beside = KeyRenames.Match(outside, names.Values.Any(head.Contains) ? new HashSet<string>() : head, headKey);
        foreach (var key in outside)
            names[key] = head.Contains(beside[key]) ? beside[key] : key;
        return names;
    }

    /// <summary>The beginnings of names that are shared by at least as many as are required, short ones first.</summary>
    public IEnumerable<string> Candidates() => stored.SelectMany(Beginnings)
        .GroupBy(prefix => prefix, StringComparer.Ordinal)
        .Where(group => group.Count() >= required.Count)
        .Select(group => group.Key)
        .OrderBy(prefix => prefix.Length)
        .ThenBy(prefix => prefix, StringComparer.Ordinal);

    private static IEnumerable<string> Beginnings(string key)
    {
        for (var dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
            yield return key[..(dot + 1)];
    }

    private bool Fits(IReadOnlyDictionary<string, string> names)
    {
        var found = names.Values.Where(required.Contains).ToList();
        return found.Count == required.Count && found.Distinct(StringComparer.Ordinal).Count() == found.Count;
    }
}
