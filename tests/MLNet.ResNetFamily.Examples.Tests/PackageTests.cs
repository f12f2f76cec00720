using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What <c>./build.sh pack</c> makes of the library and of the tool.</summary>
[TestClass]
public class PackageTests
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private static string _folder = null!;

    [ClassInitialize]
    public static async Task PackAsync(TestContext context)
    {
        if (PackageSource is not ("standins" or "packages"))
            Assert.Inconclusive("needs a build against the stand-ins or the packages: what is packed lies in their outputs");
        _folder = Directory.CreateTempSubdirectory("resnetfamily-package-").FullName;
        await PackAsync("src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj", "--no-build");
    }

    [ClassCleanup]
    public static void Delete()
    {
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void TheLibraryPackageHoldsTheLibraryAndNothingElse()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");

        CollectionAssert.AreEquivalent(
            new[] { "MLNet.ResNetFamily.nuspec", "README.md", "icon.png", "lib/net10.0/MLNet.ResNetFamily.dll", "lib/net10.0/MLNet.ResNetFamily.xml" },
            Content(package));
    }

    [TestMethod]
    public void ItDependsOnTheGenuinePackages()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");

        CollectionAssert.AreEquivalent(
            new[] { "Google.Protobuf", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Polly.Core", "TorchSharp" }.Select(name => $"{name} {VersionOf(name)}").ToList(),
            Elements(package, "dependency").Select(d => $"{(string?)d.Attribute("id")} {(string?)d.Attribute("version")}").ToList());
    }

    [TestMethod]
    public void ItNamesItsLicenseReadmeAndIcon()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");

        Assert.AreEqual("MIT", Elements(package, "license").Single().Value);
        Assert.AreEqual("README.md", Elements(package, "readme").Single().Value);
        Assert.AreEqual("icon.png", Elements(package, "icon").Single().Value);
    }

    [TestMethod]
    public void TheSymbolPackageHoldsTheSymbolsOfThisLibrary()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");
        using var symbols = Open("MLNet.ResNetFamily", "snupkg");

        CollectionAssert.AreEquivalent(new[] { "MLNet.ResNetFamily.nuspec", "lib/net10.0/MLNet.ResNetFamily.pdb" }, Content(symbols));
        using var library = new PEReader(Read(package, "lib/net10.0/MLNet.ResNetFamily.dll"));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(Read(symbols, "lib/net10.0/MLNet.ResNetFamily.pdb"));
        var wanted = library.ReadCodeViewDebugDirectoryData(library.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
        Assert.AreEqual(wanted, new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
    }

    [TestMethod]
    public async Task TheSymbolsLeadToTheSourceOfTheirCommit()
    {
        var (_, remotes) = await RunAsync("git", "-C", RepositoryFolder.Path, "remote", "-v");
        if (!remotes.Contains("github.com", StringComparison.Ordinal))
            Assert.Inconclusive("needs a clone from GitHub: SourceLink takes the address from the clone's remote");
        using var symbols = Open("MLNet.ResNetFamily", "snupkg");

        using var pdb = MetadataReaderProvider.FromPortablePdbStream(Read(symbols, "lib/net10.0/MLNet.ResNetFamily.pdb"));
        var reader = pdb.GetMetadataReader();
        Assert.IsTrue(reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Any(info => reader.GetGuid(info.Kind) == SourceLinkKind));
    }

    [TestMethod]
    public async Task TheToolPackageHoldsGenuineAssembliesAndNoLibtorch()
    {
        var genuine = Environment.GetEnvironmentVariable("GENUINE_ASSEMBLIES");
        if (genuine is null && PackageSource == "standins")
            Assert.Inconclusive("needs the genuine packages, or their assemblies in the folder GENUINE_ASSEMBLIES: a tool package holds the assemblies that it runs with, and stand-ins must not be among them");
        await PackAsync("src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj", ["-p:TorchBackend=none", $"-p:GenuineAssemblies={genuine}"]);
        using var package = Open("MLNet.ResNetFamily.Cli", "nupkg");
        using var symbols = Open("MLNet.ResNetFamily.Cli", "snupkg");

        var content = Content(package);
        foreach (var name in new[] { "resnetfamily.dll", "MLNet.ResNetFamily.dll", "Microsoft.ML.Core.dll", "Microsoft.ML.Data.dll", "TorchSharp.dll" })
            Assert.Contains($"tools/net10.0/any/{name}", content);
        CollectionAssert.IsSubsetOf(new[] { "README.md", "icon.png" }, content);
        Assert.AreEqual("MIT", Elements(package, "license").Single().Value);
        Assert.Contains("tools/net10.0/any/resnetfamily.pdb", Content(symbols));
        Assert.IsEmpty(content.Where(name => Path.GetFileName(name).StartsWith("libtorch", StringComparison.Ordinal) || name.Contains("Native.so", StringComparison.Ordinal)));
        Assert.IsLessThan(100_000_000, package.Entries.Sum(entry => entry.CompressedLength));

        if (genuine is not null)
        {
            foreach (var name in new[] { "Microsoft.ML.Core.dll", "Microsoft.ML.Data.dll", "TorchSharp.dll" })
                CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(genuine, name)), Read(package, $"tools/net10.0/any/{name}").ToArray(), name);
        }
    }

    // artifacts/<package source>/bin/<project>/<configuration>/: this test runs from such a folder.
    private static string PackageSource => Output.Parent!.Parent!.Parent!.Name;

    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static async Task PackAsync(string project, params string[] options)
    {
        var useStandIns = PackageSource == "standins" ? "true" : "false";
        var (exitCode, output) = await RunAsync(
            "dotnet", ["pack", RepositoryFolder.File(project), "-c", Output.Name, "-o", _folder, "-nologo", $"-p:UseStandIns={useStandIns}", .. options]);
        Assert.AreEqual(0, exitCode, output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static ZipArchive Open(string name, string extension) => ZipFile.OpenRead(Directory.GetFiles(_folder, $"{name}.?.?.?.{extension}").Single());

    // Without what the package format itself puts in.
    private static List<string> Content(ZipArchive package) =>
        [.. package.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")];

    private static MemoryStream Read(ZipArchive package, string name)
    {
        using var entry = package.GetEntry(name)!.Open();
        var content = new MemoryStream();
        entry.CopyTo(content);
        content.Position = 0;
        return content;
    }

    private static IEnumerable<XElement> Elements(ZipArchive package, string name) =>
        XDocument.Load(Read(package, package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName))
            .Descendants().Where(element => element.Name.LocalName == name);

    private static string VersionOf(string package) =>
        (string)XDocument.Load(RepositoryFolder.File("Directory.Packages.props")).Descendants("PackageVersion").Single(version => (string?)version.Attribute("Include") == package).Attribute("Version")!;
}
