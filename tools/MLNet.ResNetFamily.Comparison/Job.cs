namespace MLNet.ResNetFamily.Comparison;

/// <summary>One row of the table: the same work for both.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Product">Arguments of <c>resnetfamily bench</c>.</param>
/// <param name="Peer">Arguments of the peer's script.</param>
/// <param name="Target">The ratio that is wanted; null where none was set.</param>
internal sealed record Job(string Name, string[] Product, string[] Peer, double? Target)
{
    /// <summary>The data that it needs, below the folder of data sets; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether seconds are compared, of which fewer are better, instead of images per second.</summary>
    public bool ComparesSeconds { get; init; }

    /// <summary>The torchvision network whose random weights both start from; null where each draws its own.</summary>
    public string? SharedWeights { get; init; }

    public static IReadOnlyList<Job> All { get; } =
    [
        Infer("resnet50", 16, "float32", 1.35),
        Infer("resnext50_32x4d", 16, "float32", 1.3),
        Infer("densenet121", 16, "float32", 1.2),
        Infer("resnet50", 16, "bfloat16", 2.9),
        Infer("resnext50_32x4d", 16, "bfloat16", 2.8),
        Infer("densenet121", 16, "bfloat16", 2.3),
        Infer("resnet50", 1, "float32", 1.0),
        Infer("resnet50", 1, "bfloat16", 1.8),
        AgainstBest("resnet50"),
        AgainstBest("resnext50_32x4d"),
        AgainstBest("densenet121"),
        EndToEnd("resnet18"),
        EndToEnd("resnet50"),
        .. Train("resnet18"), .. Train("resnet50"), .. Train("resnext50_32x4d"), .. Train("densenet121"),
        new("transfer resnet18, 10 epochs, clothing", ["--mode", "transfer", "--model", "resnet18", "--epochs", "10"], [
            "--mode", "transfer", "--arch", "resnet18", "--epochs", "10",
        ], 10)
        {
            Folder = "clothing", ComparesSeconds = true, SharedWeights = "resnet18",
        },
    ];

    private static Job Infer(string model, int batch, string precision, double target) => new(
        $"infer {model}, batch {batch}, {precision}",
        ["--mode", "infer", "--model", model, "--batch", $"{batch}", "--precision", precision],
        ["--mode", "infer", "--arch", model, "--batch", $"{batch}"], target);

    private static Job AgainstBest(string model) => new(
        $"infer {model}, batch 16, bfloat16, against the peer's best",
        ["--mode", "infer", "--model", model, "--precision", "bfloat16"],
        ["--mode", "infer", "--arch", model, "--dtype", "bf16", "--channels-last", "--optimize", "jit"], 0.97);

    private static Job[] Train(string model) =>
    [
        new($"train {model}, batch 16, float32, against channels-last", ["--mode", "train", "--model", model], [
            "--mode", "train", "--arch", model, "--channels-last",
        ], 1),
        new($"train {model}, batch 16, bfloat16", ["--mode", "train", "--model", model, "--precision", "bfloat16"], [
            "--mode", "train", "--arch", model,
        ], 1.8),
    ];

    private static Job EndToEnd(string model) => new(
        $"e2e {model}, clothing/test, bfloat16",
        ["--mode", "e2e", "--model", model, "--precision", "bfloat16"], ["--mode", "e2e", "--arch", model],
        2.5) { Folder = "clothing/test" };
}
