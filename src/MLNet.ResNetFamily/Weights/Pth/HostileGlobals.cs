namespace MLNet.ResNetFamily;

/// <summary>
/// Python names that reach the system or run text as code. Nothing that a checkpoint mentions is ever run, but a file that mentions one of
/// these was made to do harm, and is refused whatever else is in it.
/// </summary>
internal static class HostileGlobals
{
    private static readonly HashSet<string> Modules = new(StringComparer.Ordinal)
    {
        "os", "posix", "nt", "subprocess", "_posixsubprocess", "commands", "popen2", "pty", "sys", "shutil", "socket", "_socket",
        "webbrowser", "ctypes", "_ctypes", "importlib", "runpy", "pdb", "bdb", "timeit", "pickle", "_pickle", "marshal",
    };

    // Plain records of these modules, which programs keep to say where a training ran.
    private static readonly HashSet<string> Records = new(StringComparer.Ordinal) { "version_info", "uname_result", "stat_result" };

    private static readonly HashSet<string> Builtins = new(StringComparer.Ordinal)
    {
        "eval", "exec", "execfile", "compile", "open", "file", "input", "breakpoint", "__import__",
    };

    public static bool Include(string module, string name) =>
        module is "builtins" or "__builtin__" ? Builtins.Contains(name) : Modules.Contains(module.Split('.')[0]) && !Records.Contains(name);
}
