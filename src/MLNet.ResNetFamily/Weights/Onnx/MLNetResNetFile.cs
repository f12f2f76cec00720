namespace MLNet.ResNetFamily;

/// <summary>
/// The ONNX file of ML.NET's package Microsoft.ML.DnnImageFeaturizer.ResNet18, under torchvision's keys and for images in the order red,
/// green, blue.
/// </summary>
/// <remarks>
/// The file was written by CNTK, which numbers its tensors, and takes images in the order blue, green, red. Its network is the backbone
/// <c>resnet20_mlnet</c> without a classifier.
/// </remarks>
internal sealed class MLNetResNetFile : WeightFile
{
    private const string Table = "mlnet_resnet.csv";
    private const string FirstConvolution = "conv1.weight";

    private static readonly Dictionary<string, string> Keys = ReadTable();

    private readonly OnnxWeightFile _file;
    private readonly Dictionary<StoredTensor, StoredTensor> _stored;

    private MLNetResNetFile(OnnxWeightFile file) : base(file.Path)
    {
        _file = file;
        _stored = file.Tensors.ToDictionary(tensor => tensor with { Key = Keys[tensor.Key] });
        Tensors = [.. _stored.Keys];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; } =
        WeightMetadata.Of(Backbones.ResNet20MLNet, classNames: null, Backbones.ResNet20MLNet.Preprocessing);

    /// <summary>The file as this one, where it is this one; else the file itself.</summary>
    public static WeightFile Recognize(OnnxWeightFile file) =>
        file.Tensors.Count == Keys.Count && file.Tensors.All(tensor => Keys.ContainsKey(tensor.Key)) ? new MLNetResNetFile(file) : file;

    internal override void ReadElements(StoredTensor tensor, Span<byte> destination)
    {
        _file.ReadElements(_stored[tensor], destination);
        if (tensor.Key == FirstConvolution && tensor.Shape is [var filters, 3, ..])
            SwapRedAndBlue(destination, (int)filters);
    }

    internal override void Verify(IEnumerable<StoredTensor> tensors) => _file.Verify(tensors.Select(tensor => _stored[tensor]));

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    private static void SwapRedAndBlue(Span<byte> weights, int filters)
    {
        var plane = weights.Length / (3 * filters);
        var kept = new byte[plane];
        for (var start = 0; start < weights.Length; start += 3 * plane)
        {
            var first = weights.Slice(start, plane);
            var last = weights.Slice(start + 2 * plane, plane);
            first.CopyTo(kept);
            last.CopyTo(first);
            kept.CopyTo(last);
        }
    }

    private static Dictionary<string, string> ReadTable()
    {
        using var reader = new StreamReader(typeof(MLNetResNetFile).Assembly.GetManifestResourceStream(Table)!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Trim().Split(',')).ToDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);
    }
}
