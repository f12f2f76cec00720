using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNet.ResNetFamily.Tests;

/// <summary>A folder of the library never uses one that uses it, not even by way of a third: it is read downwards only.</summary>
[TestClass]
public sealed class FolderTests
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly string Library = RepositoryFolder.File("src", "MLNet.ResNetFamily");

    // (a file, a file that declares something it names, the name); comments do not count.
    private static readonly Lazy<IReadOnlyList<(string User, string Used, string Name)>> Uses = new(() => [.. FindUses()]);

    /// <summary>The library itself, and every folder that has folders in it.</summary>
    public static IEnumerable<object[]> Parents => Directory.GetDirectories(Library, "*", SearchOption.AllDirectories).Append(Library)
        .Where(folder => Directory.GetDirectories(folder).Length > 1)
        .Select(folder => new object[] { Path.GetRelativePath(Library, folder) });

    [TestMethod]
    [DynamicData(nameof(Parents))]
    public void NoTwoFoldersUseEachOther(string parent)
    {
        var root = Path.Combine(Library, parent);
        var arrows = Uses.Value
            .Select(use =>
                (From: FolderIn(root, use.User), To: FolderIn(root, use.Used), Text: $"{Path.GetFileName(use.User)} names {use.Name}"))
            .Where(arrow => arrow.From is not null && arrow.To is not null && arrow.From != arrow.To)
            .ToLookup(arrow => arrow.From!, arrow => (To: arrow.To!, arrow.Text));

        var cycle = arrows.SelectMany(folder => folder.Where(arrow => Reached(arrows, arrow.To).Contains(folder.Key))
            .Select(arrow => (From: folder.Key, arrow.To, arrow.Text)))
            .Distinct().GroupBy(arrow => $"{arrow.From} -> {arrow.To}", arrow => arrow.Text)
            .OrderBy(texts => texts.Count())
            .Select(texts =>
                $"{texts.Key}: {string.Join(", ", texts.Take(5))}{(texts.Count() > 5 ? $" and {texts.Count() - 5} more" : "")}").ToList();

        Assert.IsEmpty(
            cycle, $"These folders use each other; the arrows with the fewest uses are the easiest to turn:\n{string.Join('\n', cycle)}");
    }

    private static IEnumerable<(string, string, string)> FindUses()
    {
        var files = Directory.GetFiles(Library, "*.cs", SearchOption.AllDirectories);
        var compilation = CSharpCompilation.Create(
            "Library",
            files.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), path: path))
                .Append(CSharpSyntaxTree.ParseText(ImplicitUsings)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => !Path.GetFileName(path).StartsWith("MLNet.", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)));
        foreach (var tree in compilation.SyntaxTrees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                foreach (var declaration in ((symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.DeclaringSyntaxReferences)
                    .GetValueOrDefault([]))
                    yield return (tree.FilePath, declaration.SyntaxTree.FilePath, name.Identifier.Text);
            }
        }
    }

    // The folder directly under the parent that holds the file; null for files elsewhere, or in the parent itself.
    private static string? FolderIn(string parent, string file)
    {
        var parts = Path.GetRelativePath(parent, file).Split(Path.DirectorySeparatorChar);
        return parts[0] != ".." && parts.Length > 1 ? parts[0] : null;
    }

    private static HashSet<string> Reached(ILookup<string, (string To, string Text)> arrows, string start)
    {
        HashSet<string> seen = [start];
        var open = new Stack<string>(seen);
        while (open.TryPop(out var folder))
        {
            foreach (var (to, _) in arrows[folder].Where(arrow => seen.Add(arrow.To)))
                open.Push(to);
        }
        return seen;
    }
}
