using Google.Protobuf;
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
    internal const string InputName = "images";
    private const string ProbabilitiesName = "probabilities";
    private const string LogitsName = "logits";
    private const string FeaturesName = "features";

    /// <summary>A classifier.</summary>
    /// <param name="network">The network.</param>
    /// <param name="preprocessing">What is done to images.</param>
    /// <param name="classNames">Names of the classes in the order of the output; null for none.</param>
    /// <param name="activation">What ends it.</param>
    public static OnnxModel Of(
        ImageClassifierNetwork network, Preprocessing preprocessing, IReadOnlyList<string>? classNames,
        OutputActivation activation = OutputActivation.Softmax)
    {
        var (spec, classCount) = (network.Backbone.Spec, network.ClassCount);
        return new(network, spec, preprocessing)
        {
            Build = () => new ImageClassifierNetwork(spec, classCount),
            OutputName = activation == OutputActivation.None ? LogitsName : ProbabilitiesName,
            Activation = activation,
            OutputWidth = classCount,
            ClassNames = classNames,
        };
    }

    /// <summary>A backbone, whose features are the output.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="preprocessing">What is done to images.</param>
    public static OnnxModel Of(Backbone backbone, Preprocessing preprocessing) => new(backbone, backbone.Spec, preprocessing)
    {
        Build = backbone.Spec.Build,
        OutputName = FeaturesName,
        OutputWidth = backbone.Spec.FeatureCount,
    };

    /// <summary>A backbone of whose stages the maps are the outputs, under the names that they have.</summary>
    /// <param name="network">The network.</param>
    /// <param name="preprocessing">What is done to images.</param>
    public static OnnxModel Of(StageNetwork network, Preprocessing preprocessing)
    {
        var (spec, outputs) = (network.Backbone.Spec, network.Outputs);
        return new(network, spec, preprocessing)
        {
            Build = () => new StageNetwork(spec.Build(), outputs),
            OutputName = null,
            OutputWidth = outputs.Sum(output => output.Width),
        };
    }

    /// <summary>Makes another such network.</summary>
    public required Func<TensorModule> Build { get; init; }

    /// <summary>Name of the output; null where the network has several, which have names of their own.</summary>
    public required string? OutputName { get; init; }

    public required int OutputWidth { get; init; }

    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What follows the network's own outputs.</summary>
    public OutputActivation Activation { get; init; }

    /// <summary>The whole file.</summary>
    /// <param name="options">How to write it.</param>
    /// <param name="plan">How to compute in 8 bits; null for the options' type.</param>
    public OnnxFile File(OnnxExportOptions options, QuantizationPlan? plan = null)
    {
        var graph = Graph(options, foldsNorms: true, plan);
        return new(Header(options), graph.Proto, graph.Weights);
    }

    /// <summary>
    /// The model without what was learned: every weight of the network's state is there under its key, with its shape and without values.
    /// Batch norms stand for themselves. <see cref="OnnxSkeleton"/> puts both together again.
    /// </summary>
    public byte[] Skeleton()
    {
        var options = new OnnxExportOptions();
        var graph = Graph(options, foldsNorms: false);
        var learned = NamedState.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        var model = Header(options);
        model.Graph = graph.Proto;
        foreach (var weight in graph.Weights)
        {
            var header = OnnxFile.HeaderOf(weight.Description);
            if (!learned.Contains(header.Name))
                weight.Provide(elements => header.RawData = ByteString.CopyFrom(elements));
            model.Graph.Initializer.Add(header);
        }
        return model.ToByteArray();
    }

    /// <summary>Another such network with the same weights, in evaluation mode and in main memory; the caller disposes of it.</summary>
    public TensorModule Twin()
    {
        using var gradients = no_grad();
        var twin = Initialization.LeaveOut(Build);
        foreach (var ((_, target), (_, source)) in StateOf(twin).Zip(NamedState))
            target.copy_(source);
        twin.eval();
        return twin;
    }

    /// <summary>Keys and tensors of the network's state.</summary>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState => StateOf(Network);

    private static IEnumerable<(string Key, Tensor Tensor)> StateOf(TensorModule network) => network switch
    {
        ImageClassifierNetwork classifier => classifier.NamedState(),
        StageNetwork stages => stages.Backbone.NamedState(),
        _ => ((Backbone)network).NamedState(),
    };

    private ModelProto Header(OnnxExportOptions options)
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

    // From InputName to OutputName, or to the outputs that the network names.
    private OnnxGraph Graph(OnnxExportOptions options, bool foldsNorms, QuantizationPlan? plan = null)
    {
        var isHalf = options.FloatType == ScalarType.Float16;
        var graph = new OnnxGraph();
        graph.Proto.Name = Spec.Name;
        var x = Input(graph, options.IncludesPreprocessing);
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float16);
        x = AddNetwork(graph, x, options.FloatType, foldsNorms, plan);
        if (OutputName is null)
            return graph;
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float32);
        if (Activation == OutputActivation.Softmax)
            graph.Node("Softmax", [x], OnnxGraph.Int("axis", 1));
        else if (Activation == OutputActivation.Sigmoid)
            graph.Node("Sigmoid", [x]);
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
    private string AddNetwork(OnnxGraph graph, string x, ScalarType type, bool foldsNorms, QuantizationPlan? plan)
    {
        using var twin = Initialization.LeaveOut(Build);
        twin.eval();
        var steps = NetworkRecorder.Record(twin, empty(0, Spec.InputChannels, Preprocessing.ImageSize, Preprocessing.ImageSize));
        var layers = Named(twin).Zip(Named(Network), (own, original) => (Own: own.Module, Original: (original.Module, original.Name)))
            .ToDictionary(pair => pair.Own, pair => pair.Original);
        return new OnnxTranslation(graph, type, layers, foldsNorms).Translate(steps, x, plan);
    }

    // Every part of a network under the key that published checkpoints give it.
    private IEnumerable<(string Name, Module Module)> Named(Module network) => network switch
    {
        ImageClassifierNetwork classifier => Parts(classifier.Backbone, "").Append((Spec.HeadKey, classifier.Head)),
        StageNetwork stages => Parts(stages.Backbone, ""),
        _ => Parts(network, ""),
    };

    private static IEnumerable<(string Name, Module Module)> Parts(Module module, string prefix) => module.named_children()
        .SelectMany(child => Parts(child.module, $"{prefix}{child.name}.").Prepend((prefix + child.name, child.module)));
}
