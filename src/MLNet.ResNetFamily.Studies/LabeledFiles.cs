using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Some of the files of a folder of class folders.</summary>
internal static class LabeledFiles
{
    /// <summary>The same number of files of each class, as far as there are, chosen at random.</summary>
    /// <param name="folder">The folder; its sub-folders are the classes.</param>
    /// <param name="count">Files to take at most; 0 for all.</param>
    /// <param name="seed">Where chance comes from.</param>
    public static IReadOnlyList<(string Path, string Label)> Sample(string folder, int count, int seed)
    {
        var view = ImageFolder.Load(folder);
        (string Path, string Label)[] files = [.. view.GetColumn<string>(ImageFolder.ImagePathColumnName)
            .Zip(view.GetColumn<string>(ImageFolder.LabelColumnName))];
        if (count == 0 || count >= files.Length)
            return files;
        new Random(seed).Shuffle(files);
        return [.. files.GroupBy(file => file.Label).SelectMany(group => group.Index()).OrderBy(entry => entry.Index)
            .ThenBy(entry => entry.Item.Label, StringComparer.Ordinal).Take(count).Select(entry => entry.Item)];
    }
}
