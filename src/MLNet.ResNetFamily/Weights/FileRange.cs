using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>Reads stretches of an open file straight into the caller's memory.</summary>
internal static class FileRange
{
    /// <summary>The first bytes of a file; fewer where the file is shorter.</summary>
    public static byte[] Start(string path, int length)
    {
        using var file = File.OpenHandle(path);
        var start = new byte[Math.Min(length, RandomAccess.GetLength(file))];
        TryRead(file, 0, start);
        return start;
    }

    /// <summary>Fills the destination; false when the file ends before that.</summary>
    public static bool TryRead(SafeFileHandle file, long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(file, destination, offset);
            if (count == 0)
                return false;
            destination = destination[count..];
            offset += count;
        }
        return true;
    }
}
