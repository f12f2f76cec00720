using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>A page of the repository's documentation: READMEs, CONTRIBUTING.md and what lies in <c>docs/</c>.</summary>
internal sealed partial class Document
{
    private readonly string _prose;

    private Document(string path)
    {
        Path = path;
        Text = File.ReadAllText(RepositoryFolder.File(path));
        _prose = Fence().Replace(Text, "");
    }

    /// <summary>Every page, by its path from the repository's folder.</summary>
    public static IEnumerable<string> Paths =>
        Directory.GetFiles(RepositoryFolder.Path, "*.md", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(RepositoryFolder.Path, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal)).Order();

    public static IEnumerable<Document> All => Paths.Select(Open);

    public string Path { get; }

    public string Text { get; }

    /// <summary>Where links lead, code left out.</summary>
    public IEnumerable<string> Links => Link().Matches(CodeSpan().Replace(_prose, "")).Select(link => link.Groups[1].Value);

    /// <summary>Code in the middle of text.</summary>
    public IEnumerable<string> CodeSpans => CodeSpan().Matches(_prose).Select(span => span.Groups[1].Value);

    /// <summary>The names of headings in links, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(_prose).Select(heading =>
        string.Concat(heading.Groups[1].Value.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'))
            .Replace(' ', '-'));

    /// <summary>Rows of tables, cell by cell, without the lines under their heads.</summary>
    public IEnumerable<string[]> TableRows => _prose.Split('\n')
        .Where(line => line.StartsWith('|') && !line.StartsWith("| ---", StringComparison.Ordinal))
        .Select(line => CellEnd().Split(line.Trim())[1..^1].Select(cell => cell.Trim()).ToArray());

    public static Document Open(string path) => new(path);

    /// <summary>The blocks of code in a language; "" means none was named.</summary>
    public IEnumerable<string> CodeBlocks(string language) => Fence().Matches(Text)
        .Where(block => block.Groups[2].Value == language)
        .Select(block => Regex.Replace(block.Groups[3].Value, "^" + block.Groups[1].Value, "", RegexOptions.Multiline));

    /// <summary>The part under a heading.</summary>
    public Document Section(string heading)
    {
        var start = Text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.IsGreaterThanOrEqualTo(0, start, $"'{Path}' has no section '{heading}'.");
        var end = Text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return new(Path, Text[start..(end < 0 ? ^0 : end)]);
    }

    private Document(string path, string text) => (Path, Text, _prose) = (path, text, Fence().Replace(text, ""));

    [GeneratedRegex("^( *)```(\\w*)\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();
}
