using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What the README, the pages of <c>docs/</c> and the READMEs of folders say is so.</summary>
[TestClass]
public partial class DocumentTests
{
    private static readonly Document Readme = Document.Open("README.md");

    public static IEnumerable<object[]> Documents => Document.Paths.Select(path => new object[] { path });

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void EveryCodeBlockCompiles(string path)
    {
        var blocks = Document.Open(path).CodeBlocks("csharp").ToList();
        if (blocks.Count == 0)
            return;

        var errors = Compile(blocks).GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).ToList();

        Assert.IsEmpty(errors, string.Join('\n', errors));
    }

    [TestMethod]
    public void TheReadmesCodeIsThatOfTheExamples()
    {
        var examples = Directory.GetFiles(RepositoryFolder.File("examples"), "*.cs", SearchOption.AllDirectories).SelectMany(File.ReadLines)
            .Select(line => line.Trim()).ToHashSet();

        var own = Readme.CodeBlocks("csharp").SelectMany(block => block.Split('\n')).Select(line => line.Trim())
            .Where(line => line.Length > 0 && !examples.Contains(line) && !Input().IsMatch(line));

        Assert.IsEmpty(own, "Take these lines from an example, or put them into one.");
    }

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void EveryLinkLeadsToAFileAndAHeadingInIt(string path)
    {
        var broken = Document.Open(path).Links.Where(link => !link.Contains("://") && !Leads(path, link));

        Assert.IsEmpty(broken, string.Join(' ', broken));
    }

    [TestMethod]
    public void ThePagesOfDocsAreLinkedFromTheReadme()
    {
        var forgotten = Document.Paths.Where(
            path => path.StartsWith("docs/", StringComparison.Ordinal) && !Readme.Links.Any(link => link.Split('#')[0] == path));

        Assert.IsEmpty(forgotten, string.Join(' ', forgotten));
    }

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void EveryFileThatIsNamedExists(string path)
    {
        var files = SourceFiles();

        var missing = Document.Open(path).CodeSpans.Where(span => SourceFile().IsMatch(span))
            .Where(span => !files.Any(
                file => span.EndsWith('/') ? $"/{file}".Contains($"/{span.TrimStart('.', '/')}") : $"/{file}".EndsWith($"/{span}")));

        Assert.IsEmpty(missing, string.Join(' ', missing));
    }

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void EveryBuildCommandExists(string path)
    {
        var script = File.ReadAllText(RepositoryFolder.File("build.sh"));

        var unknown = BuildCommand().Matches(Document.Open(path).Text).Select(command => command.Groups[1].Value).Distinct()
            .Where(command => !script.Contains($"\n    {command}) ") && !script.Contains($"\n    {command}|"));

        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    [TestMethod]
    public async Task EveryCommandLineIsOneThatTheCommandTakes()
    {
        var help = new Dictionary<string, string>();
        var wrong = new List<string>();
        foreach (var (document, line) in Document.All.SelectMany(document => CommandLines(document).Select(line => (document.Path, line))))
        {
            var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var command = words[0] is "weights" or "study" && words.Length > 1 && words[1] == words[1].ToLowerInvariant()
                ? words[..2]
                : words[..1];
            var name = string.Join(' ', command);
            if (!help.TryGetValue(name, out var text))
                help[name] = text = (await ExampleProgram.RunAsync("MLNet.ResNetFamily.Cli", [.. command, "--help"])).Output;
            if (!text.Contains($"resnetfamily {name} "))
                wrong.Add($"{document}: there is no command '{name}'");
            wrong.AddRange(Option().Matches(line).Select(option => option.Value).Where(option => !Regex.IsMatch(text, $@"{option}\b(?!-)"))
                .Select(option => $"{document}: '{name}' has no '{option}'"));
        }

        Assert.IsGreaterThan(8, help.Count);
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    [DataRow("docs/command-line.md")]
    [DataRow("docs/fine-tuning.md")]
    [DataRow("docs/onnx.md")]
    [DataRow("docs/options.md")]
    [DataRow("docs/studies.md")]
    [DataRow("docs/weights-and-licenses.md")]
    public void EveryOptionInItsTextIsOneOfTheCommand(string path)
    {
        var command = string.Concat(Directory.GetFiles(RepositoryFolder.File(
            "src", "MLNet.ResNetFamily.Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        var unknown = Document.Open(path).CodeSpans.Where(span => span.StartsWith("--", StringComparison.Ordinal))
            .Select(span => span.Split(' ')[0]).Distinct()
            .Where(option => !command.Contains($"\"{option}\"") && option is not ("--json" or "--help"));

        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    [TestMethod]
    public void ThePageOfTheCommandLineNamesEveryCommand()
    {
        var names = Directory.GetFiles(RepositoryFolder.File("src", "MLNet.ResNetFamily.Cli", "Commands"), "*Command.cs")
            .Select(path => Path.GetFileName(path).Replace("Command.cs", "").ToLowerInvariant());
        var named = Document.Open("docs/command-line.md").CodeSpans.Select(span => span.Split(' ')[0]).ToHashSet();

        Assert.IsEmpty(names.Where(name => !named.Contains(name)));
    }

    [TestMethod]
    [DataRow("docs/options.md", 1)]
    [DataRow("docs/from-pytorch.md", 1)]
    public void EveryNameInItsTablesIsOneOfTheLibrary(string path, int column)
    {
        var known = NamesOf(typeof(Backbones).Assembly.GetExportedTypes()).Concat(NamesOf(typeof(MLContext), typeof(TransformsCatalog)))
            .ToHashSet();

        var unknown = Document.Open(path).TableRows.Skip(1).Where(cells => cells.Length > column)
            .SelectMany(cells => CodeInCell().Matches(cells[column]).Select(code => code.Groups[1].Value))
            .Where(code => !code.StartsWith("--", StringComparison.Ordinal))
            .SelectMany(code => Name().Matches(code).Select(name => name.Value)).Distinct().Where(name => !known.Contains(name));

        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    [TestMethod]
    public void ThePageOfOptionsNamesEveryOption()
    {
        var named = Document.Open("docs/options.md").CodeSpans.SelectMany(span => Name().Matches(span).Select(name => name.Value))
            .ToHashSet();

        var forgotten = new[] { typeof(ImageClassifierTrainer.Options), typeof(AugmentationOptions), typeof(ScoringOptions) }
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)).Select(property => property.Name)
            .Where(name => !named.Contains(name));

        Assert.IsEmpty(forgotten, string.Join(' ', forgotten));
    }

    [TestMethod]
    public void EveryMessageOfTheTroubleshootingTableIsOneThatTheLibrarySays()
    {
        var sources = string.Concat(Directory.GetFiles(RepositoryFolder.File("src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Continuation().Replace(File.ReadAllText(path), "")));
        var messages = Document.Open("docs/troubleshooting.md").Section("Messages").TableRows.Skip(1).Select(cells => cells[0]).ToList();

        // "..." stands for what differs from case to case.
        var unknown = messages.Where(
            message => message.Split("...", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Any(part => !sources.Contains(part)));

        Assert.IsGreaterThan(8, messages.Count);
        Assert.IsEmpty(unknown, string.Join('\n', unknown));
    }

    private static bool Leads(string from, string link)
    {
        var (file, anchor) = link.Split('#') is [var f, var a] ? (f, a) : (link, "");
        var target = file.Length == 0
            ? RepositoryFolder.File(from)
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(RepositoryFolder.File(from))!, file));
        return Path.Exists(target)
            && (anchor.Length == 0 || Document.Open(Path.GetRelativePath(RepositoryFolder.Path, target)).Anchors.Contains(anchor));
    }

    private static List<string> SourceFiles() =>
    [
        .. new[] { "src", "tests", "tools", "examples", "notebooks", "docs", "findings" }.Select(folder => RepositoryFolder.File(folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(RepositoryFolder.Path))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Path, path).Replace('\\', '/')),
    ];

    // In blocks of commands, and in the middle of text.
    private static IEnumerable<string> CommandLines(Document document) =>
        document.CodeBlocks("").SelectMany(block => block.Split('\n')).Concat(document.CodeSpans).Select(line => CommandLine().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

    private static IEnumerable<string> NamesOf(params IEnumerable<Type> types) =>
        types.SelectMany(
            type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Select(member => member.Name)
                .Append(type.Name));

    // What every program has.
    private static readonly string[] ImplicitUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks"];

    // Everything that the tests were built with.
    private static IEnumerable<MetadataReference> References =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));

    // All blocks of a page as one program, in their order: its usings, its statements, its types.
    private static CSharpCompilation Compile(IEnumerable<string> blocks)
    {
        var roots = blocks.Select(block => CSharpSyntaxTree.ParseText(block).GetCompilationUnitRoot()).ToList();
        var members = roots.SelectMany(root => root.Members).ToLookup(member => member is GlobalStatementSyntax);
        var program = string.Concat(ImplicitUsings.Select(name => $"global using {name};\n"))
            + string.Concat(roots.SelectMany(root => root.Usings).Select(line => line.ToFullString().TrimStart()).Distinct())
            + string.Concat(members[true].Concat(members[false]).Select(member => member.ToFullString()));
        return CSharpCompilation.Create("Document", [CSharpSyntaxTree.ParseText(program)], References, new(OutputKind.ConsoleApplication));
    }

    // What the examples take from their command lines.
    [GeneratedRegex("^string \\w+ = \"")]
    private static partial Regex Input();

    [GeneratedRegex(@"^[\w./-]+(\.(cs|csproj|props|targets|py|sh)|/)$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"\./build\.sh (\w+)")]
    private static partial Regex BuildCommand();

    [GeneratedRegex(@"^(?:resnetfamily|\./build\.sh cli --|\S*tools/resnetfamily) ([a-z].*)$")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"(?<= )--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeInCell();

    [GeneratedRegex(@"(?<![\w""/])[A-Z]\w+(?!\w*"")")]
    private static partial Regex Name();

    // Where a text of the sources goes on in the next line.
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Continuation();
}
