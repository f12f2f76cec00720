using PublicApiGenerator;

namespace MLNet.ResNetFamily.Tests;

/// <summary>
/// The public API is held in <c>PublicApi.txt</c>, so that it changes only on purpose. With the environment variable
/// <c>ACCEPT_PUBLIC_API=1</c> the test writes the file; its change is then reviewed like any other.
/// </summary>
[TestClass]
public sealed class PublicApiTests
{
    [TestMethod]
    public void ItIsAsReviewed()
    {
        var path = RepositoryFolder.File("tests", "MLNet.ResNetFamily.Tests", "PublicApi.txt");
        var found = typeof(Backbones).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("ACCEPT_PUBLIC_API") == "1")
            File.WriteAllText(path, found);

        Assert.DoesNotContain("System.Obsolete", found);
        var reviewed = File.ReadAllText(path);

        var changes = reviewed.Split('\n').Except(found.Split('\n')).Select(line => "- " + line)
            .Concat(found.Split('\n').Except(reviewed.Split('\n')).Select(line => "+ " + line)).ToList();
        Assert.IsEmpty(changes,
            $"The public API has changed:\n{string.Join('\n', changes)}\nIf it is meant, run\n"
            + "    ACCEPT_PUBLIC_API=1 ./build.sh test 'FullyQualifiedName~PublicApiTests'\nand review the change of PublicApi.txt.");
    }
}
