using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What <c>./build.sh pack</c> makes of the library and of the tool.</summary>
[TestClass]
public class PackageTests
{
    private const string Tool = "src/MLNet.ResNetFamily.Cli/MLNet.ResNetFamily.Cli.csproj";
    private const string System = "linux-x64";

    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    // The package cache keeps what it has once seen of a version, so that every run needs one of its own.
    private static readonly string PackageVersion = $"0.1.0-test{DateTime.UtcNow.Ticks}";

    private static readonly TemporaryFolder Packages = new();

    [ClassInitialize]
    public static async Task PackAsync(TestContext context)
    {
        await PackAsync("src/MLNet.ResNetFamily/MLNet.ResNetFamily.csproj", "--no-build");
        await PackAsync(Tool, "-r", System);
        // The package that leads to those of the systems, as `./build.sh pack` makes it.
        await PackAsync(Tool, "-p:_InnerToolsPublishAot=true", "-p:IncludeSymbols=false");
    }

    [ClassCleanup]
    public static void Delete()
    {
        Packages.Dispose();
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var cached = Path.Combine(cache, "mlnet.resnetfamily", PackageVersion);
        if (Directory.Exists(cached))
            Directory.Delete(cached, recursive: true);
    }

    [TestMethod]
    public void TheLibraryPackageHoldsTheLibraryAndNothingElse()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");

        CollectionAssert.AreEquivalent(
            new[]
            {
                "MLNet.ResNetFamily.nuspec", "README.md", "icon.png",
                "lib/net10.0/MLNet.ResNetFamily.dll", "lib/net10.0/MLNet.ResNetFamily.xml",
            }, Content(package));
    }

    [TestMethod]
    public void ItDependsOnTheVersionsOfThisRepository()
    {
        using var package = Open("MLNet.ResNetFamily", "nupkg");

        string[] needed =
        [
            "BitMiracle.LibTiff.NET", "Google.Protobuf", "Microsoft.ML", "Microsoft.ML.ImageAnalytics", "Polly.Core", "SkiaSharp",
            "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.IO.Hashing", "TorchSharp",
        ];
        CollectionAssert.AreEquivalent(
            needed.Select(name => $"{name} {VersionOf(name)}").ToList(),
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
        var wanted = library.ReadCodeViewDebugDirectoryData(library.ReadDebugDirectory()
            .First(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
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
        Assert.IsTrue(reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Any(info => reader.GetGuid(info.Kind) == SourceLinkKind));
    }

    [TestMethod]
    public void TheToolPackageHoldsLibtorchAndTheLicensesOfWhatItCarries()
    {
        using var package = Open($"MLNet.ResNetFamily.Cli.{System}", "nupkg");

        var content = Content(package);
        string[] needed =
        [
            "resnetfamily.dll", "MLNet.ResNetFamily.dll", "Microsoft.ML.Core.dll", "TorchSharp.dll",
            "libtorch_cpu.so", "libLibTorchSharp.so", "libSkiaSharp.so",
        ];
        foreach (var name in needed)
            Assert.Contains($"tools/net10.0/{System}/{name}", content);
        CollectionAssert.IsSubsetOf(new[] { "README.md", "icon.png", "THIRD-PARTY-NOTICES.md" }, content);
        Assert.IsTrue(content.Any(name => name.StartsWith("licenses/libtorch-cpu-linux-x64/", StringComparison.Ordinal)));
        Assert.AreEqual("MIT", Elements(package, "license").Single().Value);
        Assert.IsLessThan(250_000_000, package.Entries.Sum(entry => entry.CompressedLength));
    }

    [TestMethod]
    public void TheNoticesNameEveryPackageThatTheToolCarries()
    {
        using var package = Open($"MLNet.ResNetFamily.Cli.{System}", "nupkg");
        using var dependencies = JsonDocument.Parse(Read(package, $"tools/net10.0/{System}/resnetfamily.deps.json"));
        var notices = File.ReadAllText(RepositoryFolder.File("src", "MLNet.ResNetFamily.Cli", "THIRD-PARTY-NOTICES.md"));

        var carried = dependencies.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name.Split('/')[0]);

        // One row may stand for a family: "Microsoft.ML, with CpuMath and DataView".
        foreach (var name in carried)
        {
            Assert.IsTrue(
                Enumerable.Range(1, name.Length)
                    .Any(end => notices.Contains($"| {name[..end]} ", StringComparison.Ordinal)
                        || notices.Contains($"| {name[..end]},", StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    public async Task TheToolIsInstalledAndRunsInOneStep()
    {
        using var empty = new TemporaryFolder();

        var (installed, log) = await RunAsync(
            "dotnet", "tool", "install", "MLNet.ResNetFamily.Cli", "--version", PackageVersion, "--tool-path", empty.File("tools"),
            "--add-source", Packages.Path);
        Assert.AreEqual(0, installed, log);
        var (exitCode, output) = await RunAsync(
            empty.File("tools/resnetfamily"), "predict", SmallModel.Model, SmallModel.NewImage("blue"), "--json");

        Assert.AreEqual(0, exitCode, output);
        StringAssert.Contains(output, "\"predictions\"");
    }

    [TestMethod]
    public async Task ABareProgramLoadsASavedModelAndScores()
    {
        using var empty = new TemporaryFolder();
        WriteProject(empty);
        empty.Write("Program.cs", """
            using Microsoft.ML;
            using Microsoft.ML.Data;

            var mlContext = new MLContext();
            var model = mlContext.Model.Load(args[0], out _);
            var scored = model.Transform(mlContext.Data.LoadFromEnumerable([new Row { ImagePath = args[1] }]));
            Console.WriteLine($"scores: {scored.GetColumn<float[]>("Score").Single().Length}");

            internal sealed class Row
            {
                public string ImagePath { get; set; } = "";

                public string Label { get; set; } = "";
            }
            """u8);

        var (exitCode, output) = await RunAsync(
            "dotnet", "run", "--project", empty.Path, "--", SmallModel.Model, SmallModel.NewImage("blue"));

        Assert.AreEqual(0, exitCode, output);
        StringAssert.Contains(output, "scores: 3");
    }

    [TestMethod]
    public async Task TheReadmesProgramRunsAsItStands()
    {
        using var empty = new TemporaryFolder();
        WriteProject(empty, $"""<PackageReference Include="Microsoft.ML.DnnImageFeaturizer.ResNet18" Version="{WeightsVersion}" />""");
        empty.Write("Program.cs", Encoding.UTF8.GetBytes(Document.Open("README.md").CodeBlocks("csharp").First()));
        TestImages.Files(empty.File("flowers"), 15, ".jpg", size: 48);

        var (exitCode, output) = await RunAsync(new ProcessStartInfo("dotnet", ["run"]) { WorkingDirectory = empty.Path });

        Assert.AreEqual(0, exitCode, output);
        StringAssert.Contains(output, "Accuracy on held-out images: ");
        Assert.IsTrue(File.Exists(empty.File("flowers.zip")));
        var weights = Directory.GetFiles(empty.Path, "ResNet18.onnx", SearchOption.AllDirectories);
        Assert.HasCount(1, weights, "the package puts them beside the program");
    }

    // What a user has after `dotnet new console` and the first lines of the README, with this repository's packages as a source.
    private static void WriteProject(TemporaryFolder folder, string morePackages = "") =>
        folder.Write("Bare.csproj", Encoding.UTF8.GetBytes($"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{Packages.Path}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MLNet.ResNetFamily" Version="{PackageVersion}" />
                <PackageReference Include="TorchSharp-cpu" Version="{VersionOf("TorchSharp-cpu")}" />
                {morePackages}
              </ItemGroup>
            </Project>
            """));

    private static DirectoryInfo Output => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    private static async Task PackAsync(string project, params string[] options)
    {
        var (exitCode, output) = await RunAsync(
            "dotnet", [
                "pack", RepositoryFolder.File(project), "-c", Output.Name, "-o", Packages.Path, "-nologo",
                $"-p:PackageVersion={PackageVersion}", .. options,
            ]);
        Assert.AreEqual(0, exitCode, output);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments));

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    private static ZipArchive Open(string name, string extension) =>
        ZipFile.OpenRead(Packages.File($"{name}.{PackageVersion}.{extension}"));

    // Without what the package format itself puts in.
    private static List<string> Content(ZipArchive package) =>
        [.. package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)
                && name != "[Content_Types].xml")];

    private static MemoryStream Read(ZipArchive package, string name)
    {
        using var entry = package.GetEntry(name)!.Open();
        var content = new MemoryStream();
        entry.CopyTo(content);
        content.Position = 0;
        return content;
    }

    private static IEnumerable<XElement> Elements(ZipArchive package, string name) =>
        XDocument.Load(Read(
            package, package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).FullName))
            .Descendants().Where(element => element.Name.LocalName == name);

    private static string WeightsVersion =>
        XDocument.Load(RepositoryFolder.File("Directory.Packages.props")).Descendants("MLNetWeightsVersion").Single().Value;

    private static string VersionOf(string package) =>
        (string)XDocument.Load(RepositoryFolder.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => (string?)version.Attribute("Include") == package).Attribute("Version")!;
}
