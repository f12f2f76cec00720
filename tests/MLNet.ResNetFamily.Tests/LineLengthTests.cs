namespace MLNet.ResNetFamily.Tests;

/// <summary>Lines end where <c>.editorconfig</c> says, which no analyzer checks.</summary>
[TestClass]
public sealed class LineLengthTests
{
    private const int Limit = 140;

    [TestMethod]
    public void NoLineOfTheSourcesIsLonger()
    {
        var sources = Directory.GetFiles(RepositoryFolder.File("src"), "*.cs", SearchOption.AllDirectories);

        var tooLong = sources.SelectMany(path => File.ReadLines(path).Select((line, index) => (line.Length, Place: $"{path}({index + 1})")))
            .Where(line => line.Length > Limit).Select(line => $"{line.Place}: {line.Length}").ToList();

        Assert.IsEmpty(tooLong, $"Lines above {Limit} characters:\n{string.Join('\n', tooLong)}");
    }
}
