using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>Versions that are written down for users are those of <c>Directory.Packages.props</c>.</summary>
[TestClass]
public partial class VersionTests
{
    private static string Own => XDocument.Load(RepositoryFolder.File("Directory.Build.props")).Descendants("Version").Single().Value;

    private static readonly XDocument Packages = XDocument.Load(RepositoryFolder.File("Directory.Packages.props"));

    // The versions that the repository is built and tested with, and its own.
    private static readonly Dictionary<string, string> Versions = Packages.Descendants("PackageVersion")
        .Select(package => ((string)package.Attribute("Include")!, Resolved((string)package.Attribute("Version")!)))
        .Concat(new[] { "MLNet.ResNetFamily", "MLNet.ResNetFamily.Studies" }.Select(name => (name, Own)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<object[]> Files =>
        Directory.GetFiles(RepositoryFolder.File("examples"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(RepositoryFolder.File("notebooks"), "0*"))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Path, path)).Concat(Document.Paths)
            .Where(path => PackageLine().IsMatch(File.ReadAllText(RepositoryFolder.File(path)))).Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void PackagesOfScriptsAndNotebooks(string path)
    {
        var wrong = PackageLine().Matches(File.ReadAllText(RepositoryFolder.File(path)))
            .Select(line => (Name: line.Groups[1].Value, Version: line.Groups[2].Value))
            .Where(package => Versions.GetValueOrDefault(package.Name) != package.Version);

        Assert.IsEmpty(wrong, string.Join(' ', wrong));
    }

    [TestMethod]
    public void TheFileBasedAppAndEveryNotebookWithItsTwinAreAmongThem()
    {
        var paths = Files.Select(row => (string)row[0]).ToList();

        Assert.Contains(Path.Combine("examples", "06-FileBasedApp", "classify.cs"), paths);
        var stories = Directory.GetFiles(RepositoryFolder.File("notebooks"), "*.ipynb")
            .SelectMany(path => new[] { path, Path.ChangeExtension(path, ".cs") });
        CollectionAssert.IsSubsetOf(stories.Select(path => Path.GetRelativePath(RepositoryFolder.Path, path)).ToList(), paths);
    }

    [TestMethod]
    public void TheReadmesTableOfVersions()
    {
        var rows = Document.Open("README.md").Section("Versions that belong together").TableRows.Skip(1).ToList();

        var wrong = rows.SelectMany(cells => PackageName().Matches(cells[0]).Select(name => (Name: name.Value, Version: cells[1])))
            .Where(package => Versions.GetValueOrDefault(package.Name) != package.Version).ToList();

        Assert.IsEmpty(wrong, string.Join(' ', wrong));
        Assert.AreEqual(
            $"over libtorch {Versions["libtorch-cpu-linux-x64"]}",
            rows.Single(cells => cells[0].StartsWith("TorchSharp", StringComparison.Ordinal))[2]);
    }

    // A version that is needed in other places too stands in a property.
    private static string Resolved(string version) =>
        version is ['$', '(', .. var property, ')'] ? Packages.Descendants(property).Single().Value : version;

    // #:package NAME@VERSION, and #r "nuget: NAME, VERSION", whose quotation marks a notebook escapes.
    [GeneratedRegex(@"#(?::package |r \\?""nuget: ?)([\w.-]+)(?:@|, ?)([\d.]+)")]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"[A-Z][\w.-]*\w")]
    private static partial Regex PackageName();
}
