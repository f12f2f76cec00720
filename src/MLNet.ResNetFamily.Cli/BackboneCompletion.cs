using System.CommandLine;
using System.CommandLine.Completions;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Completes the names of backbones wherever a command asks for one.</summary>
internal static class BackboneCompletion
{
    public static void CompleteBackbones(this Command command)
    {
        foreach (var option in command.Options.Where(option => option.Name == "--model"))
        {
            option.CompletionSources.Add(Names);
            // The help would otherwise spell all names out.
            option.HelpName = "NAME";
        }
        if (command.Name == "summary")
        {
            command.Arguments[0].CompletionSources.Add(Names);
            command.Arguments[0].HelpName = "NAME";
        }
        foreach (var below in command.Subcommands)
            below.CompleteBackbones();
    }

    private static IEnumerable<CompletionItem> Names(CompletionContext context) =>
        Backbones.All.Select(row => new CompletionItem(row.Name));
}
