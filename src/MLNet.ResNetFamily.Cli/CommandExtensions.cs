using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What all commands have in common: the option --json, and what becomes of an error.</summary>
internal static class CommandExtensions
{
    private static readonly Option<bool> Json =
        new("--json") { Description = "Print one JSON object per line on standard output and nothing else." };

    /// <summary>Sets what a command does. Errors become one message on standard error and an exit code.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">The work; its results go to the given <see cref="Results"/>.</param>
    public static Command Runs(this Command command, Func<ParseResult, Results, CancellationToken, int> work)
    {
        command.Add(Json);
        command.SetAction((commandLine, cancellation) => MainThread.Run(() => Guarded(commandLine, work, cancellation)));
        return command;
    }

    private static int Guarded(
        ParseResult commandLine, Func<ParseResult, Results, CancellationToken, int> work, CancellationToken cancellation)
    {
        try
        {
            return work(commandLine, new Results(commandLine.GetValue(Json)), cancellation);
        }
        catch (CommandLineException error)
        {
            Results.Note(error.Message);
            return ExitCode.WrongCommandLine;
        }
        catch (OperationCanceledException)
        {
            Results.Note("Stopped before there was a result.");
            return ExitCode.Failed;
        }
        catch (Exception error) when (IsAboutTheWork(error))
        {
            Results.Note(error.Text());
            return ExitCode.Failed;
        }
    }

    // Anything else is a defect of this program, whose stack trace is needed to mend it.
    private static bool IsAboutTheWork(Exception error) =>
        error is DllNotFoundException or NotSupportedException or IOException or InvalidDataException or UnauthorizedAccessException
            or ArgumentException or InvalidOperationException or FormatException;
}
