using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What the README and the READMEs of folders say is so.</summary>
[TestClass]
public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(RepositoryFolder.File("README.md"));

    public static IEnumerable<object[]> Readmes =>
        Directory.GetFiles(RepositoryFolder.Path, "README.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryFolder.Path, path))
            .Where(path => !path.StartsWith("artifacts", StringComparison.Ordinal)).Order()
            .Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Readmes))]
    public void EveryCodeBlockCompiles(string path)
    {
        var blocks = CodeBlocks(File.ReadAllText(RepositoryFolder.File(path)), "csharp").ToList();
        if (blocks.Count == 0)
            return;

        var errors = Compile(blocks).GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ToList();

        Assert.IsEmpty(errors, string.Join('\n', errors));
    }

    [TestMethod]
    public void TheReadmesCodeIsThatOfTheExamples()
    {
        var examples = Directory.GetFiles(RepositoryFolder.File("examples"), "*.cs", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(line => line.Trim()).ToHashSet();

        var own = CodeBlocks(Readme, "csharp").SelectMany(block => block.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0 && !examples.Contains(line) && !Input().IsMatch(line));

        Assert.IsEmpty(own, "Take these lines from an example, or put them into one.");
    }

    [TestMethod]
    [DynamicData(nameof(Readmes))]
    public void EveryLinkLeadsToAFile(string path)
    {
        var folder = Path.GetDirectoryName(RepositoryFolder.File(path))!;

        var broken = Link().Matches(File.ReadAllText(RepositoryFolder.File(path))).Select(link => link.Groups[1].Value)
            .Where(target => !target.Contains("://") && !target.StartsWith('#') && !Path.Exists(Path.Combine(folder, target.Split('#')[0])));

        Assert.IsEmpty(broken);
    }

    [TestMethod]
    public void EveryBuildCommandExists()
    {
        var script = File.ReadAllText(RepositoryFolder.File("build.sh"));

        var unknown = BuildCommand().Matches(Readme).Select(command => command.Groups[1].Value).Distinct().Where(command => !script.Contains($"\n    {command}) ") && !script.Contains($"\n    {command}|"));

        Assert.IsEmpty(unknown);
    }

    [TestMethod]
    public void EveryOptionOfTheCommandExists()
    {
        var command = string.Concat(Directory.GetFiles(RepositoryFolder.File("src", "MLNet.ResNetFamily.Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var unknown = Option().Matches(string.Concat(Readme.Split('\n').Where(line => line.Contains("cli --") || line.StartsWith('|')))).Select(option => option.Value).Distinct()
            .Where(option => !command.Contains($"\"{option}\"")).ToList();

        Assert.IsEmpty(unknown, string.Join(' ', unknown));
    }

    [TestMethod]
    public void EveryMessageOfTheTroubleshootingTableIsOneThatTheLibrarySays()
    {
        var sources = string.Concat(Directory.GetFiles(RepositoryFolder.File("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var table = Readme[Readme.IndexOf("\n## Troubleshooting\n", StringComparison.Ordinal)..];
        var messages = Message().Matches(table[..table.IndexOf("\n## ", 4, StringComparison.Ordinal)]).Select(message => message.Groups[1].Value).Skip(2).ToList();

        // "..." stands for what differs from case to case.
        var unknown = messages.Where(message => message.Split("...", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Any(part => !sources.Contains(part)));

        Assert.IsGreaterThan(8, messages.Count);
        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    [TestMethod]
    public void TheTableOfBackbonesHoldsEveryBackbone()
    {
        var missing = Backbones.All.Where(spec => !Readme.Contains($"| `{spec.Name}` | {spec.Family} |")).Select(spec => spec.Name);

        Assert.IsEmpty(missing);
    }

    // All blocks of a file as one program, in their order: its usings, its statements, its types.
    private static CSharpCompilation Compile(IEnumerable<string> blocks)
    {
        var roots = blocks.Select(block => CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot()).ToList();
        var members = roots.SelectMany(root => root.Members).ToLookup(member => member is GlobalStatementSyntax);
        var program = string.Concat(NotebookRun.ImportedByTheKernel.Select(name => $"global using {name};\n"))
            + string.Concat(roots.SelectMany(root => root.Usings).Select(line => line.ToFullString()).Distinct())
            + string.Concat(members[true].Concat(members[false]).Select(member => member.ToFullString()));
        return CSharpCompilation.Create("Readme", [CSharpSyntaxTree.ParseText(program)], NotebookRun.References, new(OutputKind.ConsoleApplication));
    }

    private static IEnumerable<string> CodeBlocks(string text, string language) =>
        CodeBlock().Matches(text).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    [GeneratedRegex("^```(\\w*)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(?<=[ `])--[a-z][a-z-]+")]
    private static partial Regex Option();

    // What the examples take from their command lines.
    [GeneratedRegex("^string \\w+ = \"")]
    private static partial Regex Input();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\./build\.sh (\w+)")]
    private static partial Regex BuildCommand();

    [GeneratedRegex("^\\| ([^|]+?) \\| [^|]+ \\|$", RegexOptions.Multiline)]
    private static partial Regex Message();
}
