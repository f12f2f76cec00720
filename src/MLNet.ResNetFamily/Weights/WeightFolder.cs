namespace MLNet.ResNetFamily;

/// <summary>
/// The weight file in a folder as Hugging Face lays it out: <c>model.safetensors</c> beside <c>config.json</c>, or shards and their index.
/// </summary>
internal static class WeightFolder
{
    private static readonly string[] UsualNames =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    private static readonly string[] Extensions = [".safetensors", ".pth", ".pt", ".bin", ".th"];

    /// <summary>The file that the folder's network is loaded from.</summary>
    /// <exception cref="InvalidDataException">There is none, or several that cannot be told apart.</exception>
    public static string FileIn(string folder)
    {
        if (UsualNames.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is { } usual)
            return Path.Combine(folder, usual);

        var names = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToList();
        var candidates = names.Where(name => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)).ToList();
        if (candidates is [var only])
            return Path.Combine(folder, only);
        if (candidates.Count > 1)
            throw Refused(folder, $"with several weight files: {ListText.Text(candidates.Select(name => $"'{name}'"))}. Name one of them.");
        if (names.Contains("data.pkl"))
        {
            throw Refused(
                folder,
                "that was a PyTorch checkpoint before it was unpacked. " +
                "Pack it as a zip file again, without compression, or download it anew.");
        }
        foreach (var name in names)
        {
            if (ForeignFormats.ByName(name) is { } foreign)
                throw foreign.Refused(Path.Combine(folder, name));
        }
        throw Refused(
            folder,
            "without a weight file; 'model.safetensors' is looked for, " +
            $"or a single file of {string.Join(", ", Extensions)}. Name the file itself.");
    }

    private static InvalidDataException Refused(string folder, string fault) => new($"'{folder}' is a folder {fault}");
}
