using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// <c>resnetfamily bench --mode infer|train|e2e|featurize|transfer|engines|ceiling|allreduce --model NAME</c>: times this machine.
/// </summary>
internal static class BenchCommand
{
    private const string Int8 = "int8";

    private static readonly Option<string> Mode = new("--mode")
    {
        Description = "infer: forward passes; train: optimization steps; e2e: from files to labels; featurize: to features; transfer: " +
            "a new head on a frozen backbone, then a test; engines: libtorch and ONNX Runtime in turn with every family, the rows that " +
            "'--engine auto' follows; ceiling: what a matrix product reaches; " +
            "allreduce: the sum of gradients over the processes that mpirun started (default: infer).",
        DefaultValueFactory = _ => "infer",
    };

    private static readonly Option<string> Model = new("--model")
    {
        Description = "Backbone, as 'resnetfamily list' names it (default: resnet50).",
        DefaultValueFactory = _ => "resnet50",
    };
    private static readonly Option<int> Batch =
        new("--batch") { Description = "Images per forward pass or step (default: 16).", DefaultValueFactory = _ => 16 };
    private static readonly Option<int?> Threads = new("--threads") { Description = "Processor threads (default: one per core)." };
    private static readonly Option<string?> Numbers = PrecisionOption.Create(Int8);
    private static readonly Option<string?> Engine = EngineOption.Create();
    private static readonly Option<string?> Data =
        new("--data") { Description = "e2e, featurize: a folder of class folders; transfer: a folder with 'train' and 'test'." };
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "featurize, transfer: the frozen backbone's weights, a published name or a file (default: 'imagenet', random ones).",
    };
    private static readonly Option<int> Epochs =
        new("--epochs") { Description = "transfer: how often every image is seen (default: 3).", DefaultValueFactory = _ => 3 };

    public static Command Create()
    {
        Mode.AcceptOnlyFromAmong("infer", "train", "e2e", "featurize", "transfer", "engines", "ceiling", "allreduce");
        return new Command("bench", "Times forward passes, training steps or a whole folder, on random weights unless some are named.")
        {
            Mode, Model, Batch, Threads, Numbers, Engine, Data, Weights, Epochs,
        }.Runs(Run);
    }

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var mode = commandLine.GetRequiredValue(Mode);
        var isQuantized = commandLine.GetValue(Numbers) == Int8;
        if (isQuantized && mode is not ("infer" or "e2e"))
            throw new CommandLineException($"Option '--precision' is '{Int8}', which is for '--mode infer' and '--mode e2e'.");
        if (mode == "engines")
            return Engines(AtLeastOne(commandLine, Threads) ?? Environment.ProcessorCount, results, cancellation);
        var task = new BenchTask(
            BackboneArgument.Named(commandLine.GetRequiredValue(Model)), AtLeastOne(commandLine, Batch),
            isQuantized ? Precision.Float32 : commandLine.PrecisionOf(Numbers),
            AtLeastOne(commandLine, Threads) ?? Environment.ProcessorCount, commandLine.EngineOf(Engine), cancellation)
        {
            IsQuantized = isQuantized,
        };
        var row = task.Describe(mode);
        foreach (var (name, value) in mode switch
        {
            "infer" => ForwardPassBench.Run(task),
            "train" => TrainingStepBench.Run(task),
            "e2e" => FolderBench.Run(task, Folder(commandLine, mode)),
            "featurize" => FeaturizerBench.Run(
                task, Folder(commandLine, mode), commandLine.GetValue(Weights) ?? PretrainedWeights.ImageNet),
            "transfer" =>
                TransferBench.Run(task, Folder(commandLine, mode), commandLine.GetValue(Weights), AtLeastOne(commandLine, Epochs)),
            "allreduce" => AllReduceBench.Run(task),
            _ => CeilingBench.Run(task),
        })
            row[name] = value;
        // Of several processes the first speaks for all.
        if (row.GetValueOrDefault("rank") is > 0)
            return ExitCode.Done;
        results.Json(row);
        results.Text(string.Join(
            "  ", row.Where(field => field.Value is not null)
                .Select(field => FormattableString.Invariant($"{field.Key} {Text(field.Value)}"))));
        return ExitCode.Done;
    }

    private static int Engines(int threads, Results results, CancellationToken cancellation)
    {
        results.Text(EngineTable.Head);
        foreach (var row in EngineBench.Run(threads, cancellation))
        {
            results.Json(row);
            results.Text($"{row}");
        }
        return ExitCode.Done;
    }

    private static string Folder(ParseResult commandLine, string mode) => commandLine.GetValue(Data)
        ?? throw new CommandLineException($"Mode '{mode}' needs images: give a folder with '--data'.");

    private static int AtLeastOne(ParseResult commandLine, Option<int> option) => Checked(option.Name, commandLine.GetValue(option));

    private static int? AtLeastOne(ParseResult commandLine, Option<int?> option) =>
        commandLine.GetValue(option) is { } value ? Checked(option.Name, value) : null;

    private static int Checked(string option, int value) =>
        value >= 1 ? value : throw new CommandLineException($"Option '{option}' is {value}, but it must be at least 1.");

    private static string Text(object? value) => value is double[] list
        ? string.Join("/", list.Select(number => FormattableString.Invariant($"{number}")))
        : FormattableString.Invariant($"{value}");
}
