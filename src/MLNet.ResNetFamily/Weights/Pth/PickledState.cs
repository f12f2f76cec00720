using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Finds the state_dict in what a checkpoint holds.</summary>
internal static class PickledState
{
    private const int MaximumDepth = 3;

    // In this order; averaged weights (EMA) only where there are no others.
    private static readonly string[] UsualKeys =
    [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "state_dict_ema", "model_ema", "ema_state_dict", "ema",
    ];

    /// <summary>The state_dict and the keys that lead to it.</summary>
    /// <exception cref="InvalidDataException">There is none, or it cannot be told from others.</exception>
    public static (string Key, PickleDict State) Find(object? root, string? stateKey, string path)
    {
        if (root is PickleInert inert)
            throw PthFile.Broken(path, Fault("it", inert, "model"));
        if (root is not PickleDict dict)
            throw PthFile.Broken(path, "it holds a single object, but a state_dict is needed: save 'model.state_dict()'");
        if (stateKey is null)
            return Search(dict, "", MaximumDepth, path) ?? throw Missing("it has no state_dict with tensors in it", dict, path);

        return At(dict, stateKey) switch
        {
            PickleDict state when HasTensors(state) => (stateKey, state),
            PickleInert found => throw PthFile.Broken(path, Fault($"its '{stateKey}'", found, InPython(stateKey))),
            _ => throw Missing($"it has no state_dict under the key '{stateKey}'", dict, path),
        };
    }

    /// <summary>The plain numbers and texts of a training checkpoint.</summary>
    public static IReadOnlyDictionary<string, string> Facts(object? root)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in (root as PickleDict)?.Items ?? [])
        {
            if (key is string name && value is string or long or double or bool)
                facts[name] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }
        return facts;
    }

    /// <summary>A key, and the Python name of its value where that is an object.</summary>
    public static string Described(KeyValuePair<object?, object?> item) =>
        item.Value is PickleInert inert ? $"'{item.Key}' (of '{inert.Name}')" : $"'{item.Key}'";

    private static (string Key, PickleDict State)? Search(PickleDict dict, string prefix, int depth, string path)
    {
        foreach (var key in depth > 0 ? UsualKeys : [])
        {
            var value = dict[key];
            if (value is PickleInert inert && (inert.IsModule || inert.HoldsTensors))
                throw PthFile.Broken(path, Fault($"its '{prefix}{key}'", inert, InPython(prefix + key)) + Others(dict, prefix));
            if (value is PickleDict inner && Search(inner, $"{prefix}{key}.", depth - 1, path) is { } found)
                return found;
        }
        return HasTensors(dict) ? (prefix.TrimEnd('.'), dict) : null;
    }

    // A name in a checkpoint may have dots itself.
    private static object? At(PickleDict dict, string key)
    {
        if (dict[key] is { } value)
            return value;
        for (var dot = key.IndexOf('.'); dot >= 0; dot = key.IndexOf('.', dot + 1))
        {
            if (dict[key[..dot]] is PickleInert inert)
                return inert;
            if (dict[key[..dot]] is PickleDict inner && At(inner, key[(dot + 1)..]) is { } found)
                return found;
        }
        return null;
    }

    private static bool HasTensors(PickleDict dict) => dict.Items.Any(item => item.Value is PickledTensor);

    /// <summary>Keys that lead to dicts with tensors. Each dict counts once, so that one which holds itself comes to an end.</summary>
    private static IEnumerable<string> Candidates(PickleDict dict, string prefix, HashSet<PickleDict> seen)
    {
        foreach (var (key, value) in dict.Items)
        {
            if (key is not string name || value is not PickleDict inner || seen.Count > 1_000 || !seen.Add(inner))
                continue;
            if (HasTensors(inner))
                yield return $"'{prefix}{name}'";
            foreach (var candidate in Candidates(inner, $"{prefix}{name}.", seen))
                yield return candidate;
        }
    }

    private static string Others(PickleDict dict, string prefix = "") => Candidates(dict, prefix, []).ToList() is { Count: > 0 } candidates
        ? $". There are tensors under {ListText.Text(candidates)}: name one as 'stateKey' ('--state-key' on the command line; " +
          "before a training, 'resnetfamily weights convert' with that option makes a file of it)"
        : "";

    private static string Fault(string what, PickleInert found, string expression) => found.IsModule
        ? $"{what} is a whole module ('{found.Name}'), but a state_dict is needed: save '{expression}.state_dict()'"
        : $"{what} is an object of Python's '{found.Name}', which is not made here, but a state_dict is needed: save the weights alone, " +
          $"'{(expression == "model" ? "checkpoint['model']" : $"dict({expression})")}'";

    private static string InPython(string key) => "checkpoint" + string.Concat(key.Split('.').Select(part => $"['{part}']"));

    private static InvalidDataException Missing(string what, PickleDict dict, string path)
    {
        var hint = Others(dict) is { Length: > 0 } others ? others : UnreadHint(dict);
        return PthFile.Broken(path, $"{what}. Its keys are {ListText.Text(dict.Items.Select(Described))}{hint}");
    }

    private static string UnreadHint(PickleDict dict) =>
        dict.Items.Any(item => item.Value is PickleInert) ? ". Objects are not made here: save the weights as plain tensors" : "";
}
