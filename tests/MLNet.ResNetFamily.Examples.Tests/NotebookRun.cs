using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>
/// Runs the code of a notebook from top to bottom, in this process. Lines <c>#r "nuget: ..."</c> are left out: the assemblies that the
/// tests were built with take the place of the packages.
/// </summary>
internal static partial class NotebookRun
{
    /// <summary>Namespaces that the kernel imports, as projects do.</summary>
    public static readonly string[] ImportedByTheKernel = ["System", "System.Collections.Generic", "System.Linq", "System.Threading.Tasks"];

    /// <summary>Runs every code cell and puts its output into the notebook.</summary>
    /// <exception cref="AssertFailedException">A cell does not compile or fails; the message names it.</exception>
    public static async Task RunAsync(JsonNode notebook)
    {
        var kernel = new NotebookKernel();
        ScriptState<object>? state = null;
        var number = 0;
        foreach (var cell in notebook["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code"))
        {
            var source = PackageLine().Replace(string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line)), "");
            var console = new StringWriter();
            try
            {
                state = await Redirected(console, () => state is null
                    ? CSharpScript.RunAsync(source, Options(), kernel)
                    : state.ContinueWithAsync(source, Options()));
            }
            catch (Exception error)
            {
                Assert.Fail($"Cell '{(string?)cell["id"]}' failed: {error}\n{source}");
            }
            cell["execution_count"] = ++number;
            cell["outputs"] = Outputs(console.ToString(), kernel.TakeShown());
        }
    }

    private static ScriptOptions Options() => ScriptOptions.Default
        .WithLanguageVersion(Microsoft.CodeAnalysis.CSharp.LanguageVersion.Latest)
        .WithOptimizationLevel(OptimizationLevel.Release)
        .AddImports(ImportedByTheKernel)
        .AddReferences(References);

    /// <summary>Everything that the tests were built with.</summary>
    public static IEnumerable<MetadataReference> References =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));

    private static async Task<ScriptState<object>> Redirected(StringWriter console, Func<Task<ScriptState<object>>> run)
    {
        var before = Console.Out;
        Console.SetOut(console);
        try
        {
            return await run();
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    private static JsonArray Outputs(string console, IEnumerable<(string MimeType, string Content)> shown)
    {
        var outputs = new JsonArray();
        if (console.Length > 0)
            outputs.Add(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = Lines(console) });
        foreach (var (mimeType, content) in shown)
        {
            outputs.Add(new JsonObject
            {
                ["output_type"] = "display_data",
                ["metadata"] = new JsonObject(),
                ["data"] = new JsonObject { [mimeType] = Lines(content) },
            });
        }
        return outputs;
    }

    private static JsonArray Lines(string text) => [.. text.Split('\n')
        .Select((line, i) => JsonValue.Create(i < text.Count(c => c == '\n') ? line + '\n' : line)).Where(line => (string?)line != "")];

    [GeneratedRegex("""^#r "nuget:.*\n?""", RegexOptions.Multiline)]
    private static partial Regex PackageLine();
}
