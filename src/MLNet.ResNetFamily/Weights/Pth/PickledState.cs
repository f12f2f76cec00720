using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Finds the state_dict in what a checkpoint holds.</summary>
internal static class PickledState
{
    private const int MaximumDepth = 3;

    // In this order; averaged weights (EMA) only where there are no others.
    private static readonly string[] UsualKeys =
        ["state_dict", "model_state_dict", "model_state", "model", "net", "network", "state_dict_ema", "model_ema", "ema_state_dict", "ema"];

    /// <summary>The state_dict and the keys that lead to it.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static (string Key, PickleDict State) Find(object? root, string? stateKey, string path)
    {
        if (root is not PickleDict dict)
            throw PthFile.Broken(path, "it holds a single object, but a state_dict is needed: save 'model.state_dict()'");
        if (stateKey is null)
            return Search(dict, "", MaximumDepth) ?? throw Missing("no state_dict with tensors in it", dict, path);

        object? value = dict;
        foreach (var part in stateKey.Split('.'))
            value = (value as PickleDict)?[part];
        return value is PickleDict state && HasTensors(state)
            ? (stateKey, state)
            : throw Missing($"no state_dict under the key '{stateKey}'", dict, path);
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

    private static (string Key, PickleDict State)? Search(PickleDict dict, string prefix, int depth)
    {
        foreach (var key in UsualKeys)
        {
            if (depth > 0 && dict[key] is PickleDict inner && Search(inner, $"{prefix}{key}.", depth - 1) is { } found)
                return found;
        }
        return HasTensors(dict) ? (prefix.TrimEnd('.'), dict) : null;
    }

    private static bool HasTensors(PickleDict dict) => dict.Items.Any(item => item.Value is PickledTensor);

    private static InvalidDataException Missing(string what, PickleDict dict, string path) =>
        PthFile.Broken(path, $"it has {what}. Its keys are {ListText.Text(dict.Items.Select(item => $"'{item.Key}'"))}");
}
