namespace MLNet.ResNetFamily;

/// <summary>Wording of long lists in messages: the first ten and the count.</summary>
internal static class ListText
{
    private const int Shown = 10;

    /// <summary>The same with each name in single quotes.</summary>
    public static string Quoted(IEnumerable<string> names) => Text(names.Select(name => $"'{name}'"));

    public static string Text(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count switch
        {
            0 => "none",
            <= Shown => string.Join(", ", all),
            _ => $"{string.Join(", ", all.Take(Shown))} and {all.Count - Shown} more ({all.Count} in all)",
        };
    }
}
