using System.Reflection;

namespace MLNet.ResNetFamily;

/// <summary>Finds the package that brings ONNX Runtime, by the names of its assembly and of the type in it.</summary>
internal static class OnnxRuntimePackage
{
    /// <summary>Name of the package and of its assembly.</summary>
    public const string Name = "MLNet.ResNetFamily.OnnxRuntime";

    private static readonly Lazy<IOnnxRuntime?> Runtime = new(Load);

    /// <summary>ONNX Runtime; null where the program does not reference the package.</summary>
    public static IOnnxRuntime? Find() => Runtime.Value;

    /// <exception cref="InvalidOperationException">The program does not reference the package.</exception>
    public static IOnnxRuntime Get() => Find() ?? throw new InvalidOperationException(
        $"The scoring engine OnnxRuntime is in a package of its own, which this program lacks. Reference {Name}.");

    private static IOnnxRuntime? Load()
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.Load(Name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        return (IOnnxRuntime)Activator.CreateInstance(assembly.GetType("MLNet.ResNetFamily.OnnxRuntimeSessions", throwOnError: true)!)!;
    }
}
