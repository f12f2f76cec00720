using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>
/// Lets TorchSharp start where its native libraries do not by themselves (Linux on x64): with an older C++ runtime, on a virtual machine
/// that hides its caches, beside another libtorch. Nothing is done, and nothing is loaded, on machines that do not need it.
/// </summary>
internal static class LibtorchStart
{
    /// <summary>The environment variable that turns all of this off, with the value 0.</summary>
    public const string Switch = "MLNET_RESNETFAMILY_MEND";

    private const string TorchSharpName = "TorchSharp";
    private const string NativeName = "LibTorchSharp";

    private static readonly Lock Gate = new();
    private static readonly List<string> Messages = [];
    private static nint mended;
    private static string? reason;
    private static volatile bool isLoaded;

    /// <summary>What was done so that libtorch works here, for the log; empty on most machines.</summary>
    public static IReadOnlyList<string> Notes
    {
        get
        {
            lock (Gate)
                return [.. Messages];
        }
    }

    /// <summary>Runs when the first of the library's types is used, in time for every tensor of the library's.</summary>
    [ModuleInitializer]
    internal static void Arrange()
    {
        if (!OperatingSystem.IsLinux() || !IsWanted(RuntimeInformation.ProcessArchitecture, Environment.GetEnvironmentVariable(Switch)))
            return;
        var loaded = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == TorchSharpName);
        if (loaded is not null)
            Prepare(loaded);
        else
            AppDomain.CurrentDomain.AssemblyLoad += WhenLoaded;

        static void WhenLoaded(object? sender, AssemblyLoadEventArgs args)
        {
            if (args.LoadedAssembly.GetName().Name != TorchSharpName)
                return;
            AppDomain.CurrentDomain.AssemblyLoad -= WhenLoaded;
            Prepare(args.LoadedAssembly);
        }
    }

    /// <summary>Whether anything may be done on a Linux system.</summary>
    internal static bool IsWanted(Architecture architecture, string? value) => architecture == Architecture.X64 && value != "0";

    /// <summary>Has TorchSharp load libtorch, unless it has. Every network asks for this before its first layer is made.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded; the message gives the loader's reason and what to do.</exception>
    public static void Require()
    {
        if (isLoaded)
            return;
        // TorchSharp writes its attempts to the console before it fails, so it is only let to where they will succeed.
        var torchSharp = typeof(torch).Assembly;
        if (OperatingSystem.IsLinux() && !NativeLibrary.TryLoad(NativeName, torchSharp, null, out _))
            throw new DllNotFoundException($"TorchSharp's native libraries cannot be loaded. {reason ?? WhyNot(torchSharp)}");
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
        }
        catch (TypeInitializationException error)
        {
            // TorchSharp's message holds every step of its search: the first line says what is missing, the rest stays inside.
            var first = error.GetBaseException().Message.Split('\n')[0].Trim();
            throw new DllNotFoundException(
                $"TorchSharp's native libraries cannot be loaded. {first} The inner exception tells where they were looked for.", error);
        }
        isLoaded = true;
    }

    /// <summary>The same on the way to something else.</summary>
    /// <param name="value">Is handed on.</param>
    public static T Require<T>(T value)
    {
        Require();
        return value;
    }

    /// <summary>The same for work that nothing else can do.</summary>
    /// <param name="work">The work, as a message begins with it.</param>
    /// <exception cref="DllNotFoundException">The program has none.</exception>
    public static void RequireFor(string work)
    {
        if (!isLoaded && !LibtorchFiles.IsPresent)
            throw new DllNotFoundException($"{work} needs libtorch, which this program lacks: reference the package {BackendPackage}.");
        Require();
    }

    private static string BackendPackage => $"TorchSharp-cpu {typeof(torch).Assembly.GetName().Version!.ToString(3)}";

    private static void Prepare(Assembly torchSharp)
    {
        AssemblyLoadContext.GetLoadContext(torchSharp)!.ResolvingUnmanagedDll += (assembly, name) => name == NativeName
            ? LoadMended(torchSharp)
            : 0;
        var isHidden = OneDnnCaches.AreHidden;
        if (!isHidden && !LibtorchFiles.MayBeMistaken(torchSharp))
            return;
        if (LibtorchFiles.Load(torchSharp) is { } library && isHidden)
            Note(OneDnnCaches.Mend(library, LibtorchFiles.Find(torchSharp, LibtorchFiles.ProcessorLibrary)!));
    }

    // Is asked only where a plain load has failed.
    private static nint LoadMended(Assembly torchSharp)
    {
        lock (Gate)
        {
            if (mended != 0 || reason is not null || LibtorchFiles.Find(torchSharp, LibtorchFiles.TorchSharpLibrary) is not { } path
                || LibtorchFiles.Load(torchSharp) is null)
                return mended;
            if (NativeLibrary.TryLoad(path, out mended))
                return mended;

            var library = File.ReadAllBytes(path);
            var missing = OlderCppRuntime.Missing(library);
            if (OlderCppRuntime.Mend(library, missing) is not { } bytes)
            {
                reason = WhyNot(torchSharp, OlderCppRuntime.Explain(missing));
                return 0;
            }
            mended = PrivateFile.Use(
                Path.Combine(CacheFolder.Path, "libtorch"), LibtorchFiles.TorchSharpLibrary, library, bytes, NativeLibrary.Load);
            Note(
                $"This system's C++ runtime lacks {missing[0].Version}: a copy of {LibtorchFiles.TorchSharpLibrary} that can do " +
                "without it was loaded. "
                + $"The environment variable {Switch}=0 turns this off.");
            return mended;
        }
    }

    private static string WhyNot(Assembly torchSharp, string explanation = "")
    {
        if (LibtorchFiles.Find(torchSharp, LibtorchFiles.TorchSharpLibrary) is not { } path
            || LibtorchFiles.Find(torchSharp, LibtorchFiles.ProcessorLibrary) is null)
            {
            return $"The program has none: reference the package {BackendPackage}, or a CUDA one in this version. " +
                "To score alone, the package MLNet.ResNetFamily.OnnxRuntime does without.";
        }
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            explanation = $"{explanation} The loader says: {error.Message}".Trim();
        }
        return IsWanted(RuntimeInformation.ProcessArchitecture, Environment.GetEnvironmentVariable(Switch))
            ? explanation
            : $"{explanation} What this library does about it is turned off by the environment variable {Switch}.";
    }

    private static void Note(string message)
    {
        lock (Gate)
            Messages.Add(message);
    }
}
