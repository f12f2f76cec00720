using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The option --report.</summary>
internal static class ReportOption
{
    public static Option<string?> Create() =>
        new("--report") { Description = "Folder where a page about the model is written, report.html." };
}
