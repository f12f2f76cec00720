using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLNet.ResNetFamily;

/// <summary>A file of code that this library wrote and nobody but the user can have changed.</summary>
internal static partial class PrivateFile
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Hands a path to <paramref name="use"/> under which the bytes lie: a file that is kept, or, without a place for one, a temporary one.
    /// </summary>
    /// <param name="folder">Where files are kept. Made with mode 0700; one of another owner or mode is not used.</param>
    /// <param name="name">The file's name behind the hash.</param>
    /// <param name="origin">What the name is made of: the content that <paramref name="bytes"/> come from.</param>
    /// <param name="bytes">The content. A file that is there already is compared with it.</param>
    /// <param name="use">Uses the path.</param>
    public static T Use<T>(string folder, string name, byte[] origin, byte[] bytes, Func<string, T> use)
    {
        if (Keep(folder, $"{Convert.ToHexStringLower(SHA256.HashData(origin))}-{name}", bytes) is { } kept)
            return use(kept);

        var temporary = Directory.CreateTempSubdirectory("resnetfamily-");
        try
        {
            var path = Path.Combine(temporary.FullName, name);
            File.WriteAllBytes(path, bytes);
            return use(path);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static string? Keep(string folder, string name, byte[] bytes)
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            Directory.CreateDirectory(folder, OwnerAlone);
            if (!IsOurs(folder))
                return null;
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || !bytes.AsSpan().SequenceEqual(File.ReadAllBytes(path)))
                AtomicFile.Write(path, stream => stream.Write(bytes));
            File.SetUnixFileMode(path, OwnerAlone);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The kernel's description of a file has the same form on every processor: the owner is at 20, the mode at 28.
    private static bool IsOurs(string folder)
    {
        const int CurrentDirectory = -100, DoNotFollowLinks = 0x100, BasicStatistics = 0x7ff, Directory = 0x4000;
        var description = new byte[256];
        if (statx(CurrentDirectory, folder, DoNotFollowLinks, BasicStatistics, description) != 0)
            return false;
        return BitConverter.ToUInt32(description, 20) == geteuid()
            && BitConverter.ToUInt16(description, 28) == (Directory | (int)OwnerAlone);
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte[] description);

    [LibraryImport("libc.so.6")]
    private static partial uint geteuid();
}
