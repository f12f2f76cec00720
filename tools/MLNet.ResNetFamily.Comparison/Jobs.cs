namespace MLNet.ResNetFamily.Comparison;

/// <summary>The rows of the table.</summary>
internal static class Jobs
{
    /// <summary>The folder of images that are labeled, below the folder of data sets.</summary>
    public const string Images = "clothing/test";

    private static readonly string[] Networks = ["resnet18", "resnet50", "resnext50_32x4d", "densenet121"];

    public static IReadOnlyList<Job> All { get; } =
    [
        .. AgainstOnnxRuntime(1, "float32", _ => 0.98).Select(InMean), .. AgainstOnnxRuntime(16, "float32", _ => 0.98).Select(InMean),
        .. AgainstOnnxRuntime(1, "float32").Select(ByLibtorch), .. AgainstOnnxRuntime(16, "float32").Select(ByLibtorch),
        .. AgainstOnnxRuntime(1, "bfloat16", network => network == "resnet50" ? 1.4 : 1),
        .. AgainstOnnxRuntime(16, "bfloat16", network => network == "resnet50" ? 1.9 : null),
        AgainstOnnxRuntime("resnet50", 1, "int8", 2), AgainstOnnxRuntime("resnet50", 16, "int8", 2),
        EndToEnd("float32", 1.4), EndToEnd("bfloat16", 2.8), EndToEnd("int8", 3),
        Features("float32"), Features("bfloat16", 2),
        // It has no DenseNet.
        AgainstTorchvision("resnet18", 16), AgainstTorchvision("resnet50", 16), AgainstTorchvision("resnext50_32x4d", 16),
        AgainstTorchvision("resnet50", 1),
        .. PyTorchJobs.All,
    ];

    /// <summary>The work of both, and the product's part of it.</summary>
    public static (string Name, string[] Product) Infer(string network, int batch, string precision) => (
        $"infer {network}, batch {batch}, {precision}",
        ["--mode", "infer", "--model", network, "--batch", $"{batch}", "--precision", precision]);

    /// <summary>The same for a folder of images.</summary>
    public static (string Name, string[] Product) FilesToLabels(string network, string precision) => (
        $"e2e {network}, {Images}, {precision}", ["--mode", "e2e", "--model", network, "--precision", precision]);

    private static IEnumerable<Job> AgainstOnnxRuntime(int batch, string precision, Func<string, double?>? aim = null) =>
        Networks.Select(network => AgainstOnnxRuntime(network, batch, precision, aim?.Invoke(network)));

    private static Job AgainstOnnxRuntime(string network, int batch, string precision, double? aim)
    {
        var (name, product) = Infer(network, batch, precision);
        return new(name, network, product, Peer.OnnxRuntime, ["--batch", $"{batch}"], aim);
    }

    private static Job InMean(Job job) => job with { IsInMean = true };

    private static Job ByLibtorch(Job job) =>
        job with { Name = $"{job.Name}, engine libtorch", Product = [.. job.Product, "--engine", "libtorch"] };

    private static Job EndToEnd(string precision, double aim)
    {
        const string Network = "resnet18";
        var (name, product) = FilesToLabels(Network, precision);
        return new(name, Network, product, Peer.Pipeline, [], aim) { Folder = Images };
    }

    private static Job Features(string precision, double? aim = null)
    {
        const string Network = "resnet20_mlnet";
        return new(
            $"features {Network}, {Images}, {precision}", Network,
            ["--mode", "featurize", "--model", Network, "--weights", "mlnet", "--precision", precision], Peer.Featurizer, [], aim)
        {
            Folder = Images,
        };
    }

    private static Job AgainstTorchvision(string network, int batch)
    {
        var (name, product) = Infer(network, batch, "float32");
        return new(name, network, product, Peer.Torchvision, ["--batch", $"{batch}"]);
    }
}
