using System.CommandLine;
using System.CommandLine.Invocation;
using MLNet.ResNetFamily;
using MLNet.ResNetFamily.Cli;

// mpirun gives its processes a terminal that nobody sees, and .NET would write that terminal's codes among the results.
if (Launcher.Find(Environment.GetEnvironmentVariable) is not null)
    Environment.SetEnvironmentVariable("TERM", "dumb");

var root = new RootCommand("Trains, evaluates and applies image classifiers of the ResNet family.")
{
    ListCommand.Create(),
    SummaryCommand.Create(),
    TrainCommand.Create(),
    TuneCommand.Create(),
    EvaluateCommand.Create(),
    PredictCommand.Create(),
    MergeCommand.Create(),
    ExplainCommand.Create(),
    ImportCommand.Create(),
    ExportCommand.Create(),
    QuantizeCommand.Create(),
    EnsembleCommand.Create(),
    WeightsCommand.Create(),
    StudyCommand.Create(),
    CompletionCommand.Create(),
    BenchCommand.Create(),
};
root.ShowExamples();
root.CompleteBackbones();
var commandLine = root.Parse(args);
if (MistypedOption.Find(commandLine) is { } mistyped)
{
    Results.Note(mistyped);
    return ExitCode.WrongCommandLine;
}
if (commandLine.Action is ParseErrorAction wrong)
{
    wrong.Invoke(commandLine);
    return ExitCode.WrongCommandLine;
}

// A training that is interrupted writes what it has learned before it ends.
return MainThread.Serve(commandLine.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
}));
