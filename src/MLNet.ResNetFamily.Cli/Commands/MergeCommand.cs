using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily merge OUT SHARD...</c>: one result of the shards that processes scored.</summary>
internal static class MergeCommand
{
    private static readonly Argument<string> Out = new("OUT") { Description = "The result: .jsonl, .csv or .parquet." };
    private static readonly Argument<string[]> Shards = new("SHARD")
    {
        Description = "Files that 'evaluate' or 'predict' wrote with '--shard', all of them, in any order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Format = ResultFormat.CreateOption();

    public static Command Create() =>
        new Command("merge", "Joins the shards of a scoring in the order of its images, and measures the whole.") { Out, Shards, Format }
            .Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var path = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        var format = ResultFormat.Of(commandLine.GetValue(Format), path);
        OutputPlace.CheckFile(path, Out.Name);
        var shards = commandLine.GetRequiredValue(Shards).SelectMany(shard => Glob.Is(shard) ? Glob.Files(shard) : [shard]).ToList();
        if (shards.Any(shard => Path.GetFullPath(shard) == path))
            throw new CommandLineException($"'{path}' is to be written and read. Give another '{Out.Name}'.");
        ShardMerge.Write(shards, path, format).Show(results);
        return ExitCode.Done;
    }
}
