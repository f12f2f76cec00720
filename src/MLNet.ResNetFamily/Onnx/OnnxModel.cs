using MLNet.ResNetFamily.OnnxFormat;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace MLNet.ResNetFamily;

/// <summary>What is exported: a network, what goes into it and what comes out.</summary>
/// <param name="Network">It holds the weights, and stays as it is.</param>
/// <param name="Spec">Of its backbone.</param>
/// <param name="Preprocessing">What is done to images.</param>
internal sealed record OnnxModel(TensorModule Network, BackboneSpec Spec, Preprocessing Preprocessing)
{
    public const string InputName = "images";
    public const string ProbabilitiesName = "probabilities";
    public const string LogitsName = "logits";
    public const string FeaturesName = "features";

    /// <summary>Makes another such network.</summary>
    public required Func<TensorModule> Build { get; init; }

    public required string OutputName { get; init; }

    public required int OutputWidth { get; init; }

    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The file but for its graph.</summary>
    public ModelProto Header(OnnxExportOptions options)
    {
        var library = typeof(OnnxModel).Assembly.GetName();
        var metadata = WeightMetadata.Of(Spec, ClassNames, Preprocessing);
        return new()
        {
            IrVersion = options.IrVersion,
            ProducerName = library.Name,
            ProducerVersion = library.Version!.ToString(fieldCount: 3),
            OpsetImport = { new OperatorSetIdProto { Version = options.Opset } },
            MetadataProps = { metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }) },
        };
    }

    /// <summary>The graph, from <see cref="InputName"/> to <see cref="OutputName"/>.</summary>
    public OnnxGraph Graph(OnnxExportOptions options)
    {
        var isHalf = options.FloatType == ScalarType.Float16;
        var graph = new OnnxGraph();
        graph.Proto.Name = Spec.Name;
        var x = Input(graph, options.IncludesPreprocessing);
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float16);
        x = AddNetwork(graph, x, options.FloatType);
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float32);
        if (OutputName == ProbabilitiesName)
            graph.Node("Softmax", [x], OnnxGraph.Int("axis", 1));
        graph.Output(OutputName, ScalarType.Float32, OutputWidth);
        return graph;
    }

    private string Input(OnnxGraph graph, bool isPixels)
    {
        var (size, channels) = (Preprocessing.ImageSize, Spec.InputChannels);
        if (isPixels)
        {
            graph.Input(InputName, ScalarType.Byte, size, size, channels);
            return OnnxPreprocessing.Add(graph, InputName, Preprocessing);
        }
        graph.Input(InputName, ScalarType.Float32, channels, size, size);
        return InputName;
    }

    // A pass of no images takes no time, and weights that nothing reads or writes take no memory.
    private string AddNetwork(OnnxGraph graph, string x, ScalarType type)
    {
        using var twin = Initialization.LeaveOut(Build);
        twin.eval();
        var steps = NetworkRecorder.Record(twin, empty(0, Spec.InputChannels, Preprocessing.ImageSize, Preprocessing.ImageSize));
        var layers = Named(twin).Zip(Named(Network), (own, original) => (Own: own.Module, Original: (original.Module, original.Name)))
            .ToDictionary(pair => pair.Own, pair => pair.Original);
        return new OnnxTranslation(graph, type, layers).Translate(steps, x);
    }

    // Every part of a network under the key that published checkpoints give it.
    private IEnumerable<(string Name, Module Module)> Named(Module network) => network is ImageClassifierNetwork classifier
        ? Parts(classifier.Backbone, "").Append((Spec.HeadKey, classifier.Head))
        : Parts(network, "");

    private static IEnumerable<(string Name, Module Module)> Parts(Module module, string prefix) => module.named_children()
        .SelectMany(child => Parts(child.module, $"{prefix}{child.name}.").Prepend((prefix + child.name, child.module)));
}
