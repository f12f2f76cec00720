namespace MLNet.ResNetFamily.Tests.Libtorch;

[TestClass]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class PrivateFileTests
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly byte[] Origin = [1, 2, 3];
    private static readonly byte[] Bytes = [4, 5, 6];

    private readonly TemporaryFolder _folder = new();

    private string Kept => Path.Combine(_folder.Path, "kept");

    [TestInitialize]
    public void NeedUnix()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("needs a system with Unix file modes");
    }

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public void TheFileIsTheOwnersAloneAndNamedByItsOrigin()
    {
        var path = Use();

        Assert.AreEqual(Path.Combine(Kept, "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81-name"), path);
        Assert.AreEqual(OwnerAlone, File.GetUnixFileMode(Kept));
        Assert.AreEqual(OwnerAlone, File.GetUnixFileMode(path));
        CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(path));
    }

    [TestMethod]
    public void AFileThatIsAsItShouldBeIsNotWrittenAgain()
    {
        var written = File.GetLastWriteTimeUtc(Use());

        Assert.AreEqual(written, File.GetLastWriteTimeUtc(Use()));
    }

    [TestMethod]
    public void AFileThatWasChangedIsReplaced()
    {
        File.WriteAllBytes(Use(), [7]);

        CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(Use()));
    }

    [TestMethod]
    public void AFolderThatOthersMayReadOrWriteIsNotUsed()
    {
        Directory.CreateDirectory(Kept);
        File.SetUnixFileMode(Kept, OwnerAlone | UnixFileMode.GroupWrite);

        var path = Use();

        Assert.IsEmpty(Directory.GetFiles(Kept));
        Assert.IsFalse(File.Exists(path), "A temporary file goes when it has been used.");
    }

    [TestMethod]
    public void ALinkToAFolderIsNotUsed()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder.Path, "elsewhere"), OwnerAlone).FullName;
        Directory.CreateSymbolicLink(Kept, elsewhere);

        Use();

        Assert.IsEmpty(Directory.GetFiles(elsewhere));
    }

    [TestMethod]
    public void WithoutAPlaceForItTheFileIsTemporary()
    {
        File.WriteAllText(Kept, "a file where the folder should be");

        var path = Use();

        Assert.IsFalse(File.Exists(path));
    }

    private string Use() => PrivateFile.Use(Kept, "name", Origin, Bytes, path =>
    {
        CollectionAssert.AreEqual(Bytes, File.ReadAllBytes(path));
        return path;
    });
}
