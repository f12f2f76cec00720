namespace MLNet.ResNetFamily.Comparison;

/// <summary>The rows against PyTorch.</summary>
internal static class PyTorchJobs
{
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
        Transfer("resnet18"),
    ];

    private static Job Infer(string network, int batch, string precision, double aim)
    {
        var (name, product) = Jobs.Infer(network, batch, precision);
        return Job(name, network, product, ["--mode", "infer", "--batch", $"{batch}"], aim);
    }

    private static Job AgainstBest(string network)
    {
        var (name, product) = Jobs.Infer(network, 16, "bfloat16");
        string[] settings = ["--mode", "infer", "--dtype", "bf16", "--channels-last", "--optimize", "jit"];
        return Job(name, network, product, settings, 0.97) with { PeerSetting = "at its best" };
    }

    private static Job EndToEnd(string network)
    {
        var (name, product) = Jobs.FilesToLabels(network, "bfloat16");
        return Job(name, network, product, ["--mode", "e2e"], 2.5) with { Folder = Jobs.Images };
    }

    private static Job[] Train(string network) =>
    [
        Job($"train {network}, batch 16, float32", network, ["--mode", "train", "--model", network],
            ["--mode", "train", "--channels-last"], 1) with { PeerSetting = "channels-last" },
        Job($"train {network}, batch 16, bfloat16", network, ["--mode", "train", "--model", network, "--precision", "bfloat16"],
            ["--mode", "train"], 1.8),
    ];

    private static Job Transfer(string network)
    {
        string[] work = ["--mode", "transfer", "--epochs", "10"];
        return Job($"transfer {network}, 10 epochs, clothing", network, [.. work, "--model", network], work, 10) with
        {
            Folder = "clothing", ComparesSeconds = true, SharesWeights = true,
        };
    }

    private static Job Job(string name, string network, string[] product, string[] settings, double aim) =>
        new(name, network, product, Peer.PyTorch, ["--arch", network, .. settings], aim);
}
