using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The options --out, --format and --shard.</summary>
internal sealed class ScoringOutputOptions
{
    private readonly Option<string?> _out = new("--out")
    {
        Description = "File for a line about each image, .jsonl, .csv or .parquet. An interrupted run continues when it is started again.",
    };

    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Score one part of the images: '2/3' is the second of three (numbers begin with 1), 'auto' takes this process's " +
            "rank from MPI or Slurm. It is written beside '--out' as NAME-2-of-3.jsonl, for the command 'merge'.",
    };

    private readonly Option<string?> _format = ResultFormat.CreateOption();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_out);
        command.Add(_format);
        command.Add(_shard);
    }

    /// <summary>What a command line says; null where nothing is written.</summary>
    /// <exception cref="CommandLineException">The options do not fit each other.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ScoringOutput? Of(ParseResult commandLine)
    {
        var (path, shard, format) = (commandLine.GetValue(_out), commandLine.GetValue(_shard), commandLine.GetValue(_format));
        if (path is null)
        {
            return (shard ?? format) is null
                ? null
                : throw new CommandLineException(
                    $"Option '{(shard is null ? "--format" : "--shard")}' needs '--out', which names the file.");
        }
        if (shard is not null && format is not null)
        {
            throw new CommandLineException(
                "Option '--format' is that of the whole result, but '--shard' asks for a part, which is always JSON lines. " +
                "Give '--format' to 'merge'.");
        }
        var full = System.IO.Path.GetFullPath(path);
        var output = new ScoringOutput(
            full, shard is null ? ResultFormat.Of(format, full) : ResultFormat.JsonLines,
            shard is null ? null : Shard.Parse(shard, Environment.GetEnvironmentVariable));
        OutputPlace.CheckFile(full, _out.Name);
        return output;
    }
}
