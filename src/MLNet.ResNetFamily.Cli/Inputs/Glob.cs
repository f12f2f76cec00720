using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// A pattern of paths, as shells have it: '*' and '?' stand for what is in a name, '**' for any depth of folders. Hidden files and folders
/// do not match, and links to folders are not followed. Folder by folder, files come in ordinal order.
/// </summary>
internal static class Glob
{
    private static readonly char[] Wildcards = ['*', '?'];

    private static readonly EnumerationOptions Visible = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    /// <summary>Whether a path is a pattern; a file or folder that is named like one is none.</summary>
    public static bool Is(string path) => path.IndexOfAny(Wildcards) >= 0 && !Path.Exists(path);

    /// <summary>The files that match; listed while they are read.</summary>
    /// <exception cref="ArgumentException">The folder before the first wildcard does not exist.</exception>
    public static IEnumerable<string> Files(string pattern)
    {
        var text = pattern.Replace(Path.DirectorySeparatorChar, '/');
        var end = text[..text.IndexOfAny(Wildcards)].LastIndexOf('/') + 1;
        var folder = text[..end];
        if (folder.Length > 0 && !Directory.Exists(folder))
        {
            throw new ArgumentException(
                $"'{pattern}': the folder '{folder}' does not exist, so nothing matches. Check the part before the first wildcard.",
                nameof(pattern));
        }
        var rest = text[end..];
        var expression = Regex.Escape(rest).Replace(@"\*\*/", "(?:.*/)?").Replace(@"\*\*", ".*").Replace(@"\*", "[^/]*")
            .Replace(@"\?", "[^/]");
        return Walk(folder, "", rest.Contains("**") ? int.MaxValue : rest.Count(c => c == '/'), new($"^{expression}$"));
    }

    private static IEnumerable<string> Walk(string root, string below, int depth, Regex pattern)
    {
        var place = root + below;
        // A folder sorts as its files do, with the separator behind its name.
        var entries = new DirectoryInfo(place.Length == 0 ? "." : place).EnumerateFileSystemInfos("*", Visible)
            .Select(entry => (Entry: entry, Name: entry is DirectoryInfo ? entry.Name + '/' : entry.Name))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal);
        foreach (var (entry, name) in entries)
        {
            if (entry is not DirectoryInfo)
            {
                if (pattern.IsMatch(below + name))
                    yield return place + name;
            }
            else if (depth > 0 && (entry.Attributes & FileAttributes.ReparsePoint) == 0)
            {
                foreach (var file in Walk(root, below + name, depth - 1, pattern))
                    yield return file;
            }
        }
    }
}
