using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.StandIns.Tests;

/// <summary>
/// One source serves the genuine packages and the stand-ins: whatever the product, the tests and the examples call of a
/// stand-in exists in the genuine assembly, with the same signature.
/// </summary>
[TestClass]
public class ContractTests
{
    // TorchSharp.Utils is outside the lists; this accessor is what the listed Tensor.data<T>() returns.
    private static readonly string[] Unlisted = ["TorchSharp.Utils.TensorAccessor`1"];

    // The compile-only assembly that opens ML.NET's loader attribute (its version tells it apart).
    private static readonly Version CompileOnly = new(0, 9, 0, 0);

    public static IEnumerable<object[]> BuiltProjects =>
        Regex.Matches(File.ReadAllText(Path.Combine(RepositoryFolders.Root, "MLNet.ResNetFamily.sln")), @"= ""([^""]+)"", ""([^""]+\.csproj)""")
            .Where(project => !project.Groups[2].Value.Contains(@"\StandIns\") && !project.Groups[2].Value.Contains(@"\CompileOnly\"))
            .Select(project => new object[] { project.Groups[1].Value });

    [TestMethod]
    [DynamicData(nameof(BuiltProjects))]
    public void EveryMemberUsedOfAStandInIsListedForTheGenuineAssembly(string project)
    {
        var lists = RepositoryFolders.SharedOrSkip("api");
        var apis = Directory.GetFiles(lists, "*.txt").ToDictionary(path => Path.GetFileNameWithoutExtension(path), ApiList.Read);

        var unlisted = AssembliesOf(project)
            .SelectMany(MemberReferences.Of)
            .Where(use => apis.ContainsKey(use.Assembly) && use.Version != CompileOnly && !Unlisted.Contains(use.Type))
            .Where(use => use.Member is null ? !apis[use.Assembly].Types.Contains(use.Type) : !apis[use.Assembly].Members.Contains(use.Member))
            .Select(use => $"[{use.Assembly}] {use.Member ?? use.Type}")
            .Distinct().Order().ToList();

        Assert.IsEmpty(unlisted, $"'{project}' uses what the genuine assemblies do not offer:\n{string.Join("\n", unlisted)}\n");
    }

    private static IEnumerable<string> AssembliesOf(string project)
    {
        // artifacts/<package source>/bin/<project>/<configuration>/: this test runs from such a folder.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name);
        var assemblies = new[] { project, "resnetfamily" }.Select(name => Path.Combine(folder, name + ".dll")).Where(File.Exists).Take(1).ToList();
        Assert.IsNotEmpty(assemblies, $"'{project}' was not built into '{folder}': build the whole solution before this test.");
        return assemblies;
    }
}
