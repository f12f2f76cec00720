using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --threads of the commands that score.</summary>
internal static class ThreadsOption
{
    public static Option<int?> Create() => new("--threads") { Description = "Processor threads (default: one per core)." };
}
