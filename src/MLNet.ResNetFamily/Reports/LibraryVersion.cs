using System.Reflection;

namespace MLNet.ResNetFamily;

/// <summary>The library's own version.</summary>
internal static class LibraryVersion
{
    /// <summary>As the package has it, without the commit.</summary>
    public static string Text { get; } =
        typeof(LibraryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
