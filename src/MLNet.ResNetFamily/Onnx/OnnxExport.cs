using MLNet.ResNetFamily.OnnxFormat;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNet.ResNetFamily;

/// <summary>Writes networks as ONNX files, which run without this library: in ONNX Runtime, in ML.NET's ApplyOnnxModel, and elsewhere.</summary>
/// <remarks>
/// The graph is the network as it scores: batch norms are part of the convolutions before them where there is one, dropout, stochastic
/// depth and auxiliary classifiers are left out. The number N of images in a batch is free, their size is fixed. Weights go from the
/// network to the file one by one. The file's metadata holds backbone, preprocessing and class names.
/// </remarks>
public static class OnnxExport
{
    internal const string InputName = "images";
    internal const string ProbabilitiesName = "probabilities";
    internal const string LogitsName = "logits";
    internal const string FeaturesName = "features";

    private const string Extension = ".onnx";

    /// <summary>Writes a classifier: from <c>images</c> to <c>probabilities</c> [N, K], or to <c>logits</c> [N, K].</summary>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <param name="classNames">Names of the classes in the order of the output, for the metadata; null for none.</param>
    /// <param name="preprocessing">What is done to images; the backbone's own by default.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be, the names do not fit the number of classes, or the images do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file would be larger than the format allows.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    public static void Save(
        ImageClassifierNetwork network, string path, OnnxExportOptions? options = null, IReadOnlyList<string>? classNames = null,
        Preprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (classNames is not null && classNames.Count != network.ClassCount)
        {
            throw new ArgumentException(
                $"{classNames.Count} class names are given, but the network has {network.ClassCount} classes. Give one for each.", nameof(classNames));
        }
        var spec = network.Backbone.Spec;
        options ??= new();
        Save(
            network, spec, () => new ImageClassifierNetwork(spec, network.ClassCount), options, path, classNames, preprocessing ?? spec.Preprocessing,
            options.GivesProbabilities ? ProbabilitiesName : LogitsName, network.ClassCount);
    }

    /// <summary>Writes a backbone: from <c>images</c> to <c>features</c> [N, F].</summary>
    /// <param name="backbone">The network; it stays as it is.</param>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <param name="preprocessing">What is done to images; the backbone's own by default.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be, or the images do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file would be larger than the format allows.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    public static void Save(Backbone backbone, string path, OnnxExportOptions? options = null, Preprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var spec = backbone.Spec;
        Save(backbone, spec, spec.Build, options ?? new(), path, classNames: null, preprocessing ?? spec.Preprocessing, FeaturesName, spec.FeatureCount);
    }

    private static void Save(
        nn.Module<Tensor, Tensor> network, BackboneSpec spec, Func<nn.Module<Tensor, Tensor>> build, OnnxExportOptions options, string path,
        IReadOnlyList<string>? classNames, Preprocessing preprocessing, string outputName, int width)
    {
        options.Validate();
        preprocessing.Validate();
        CheckPath(path);
        CheckChannels(spec, preprocessing, options);
        using var modes = TorchModes.Enter();
        AtomicFile.Write(path, stream =>
        {
            var graph = Graph(network, spec, build, options, preprocessing, outputName, width);
            OnnxFile.Write(stream, Model(spec, options, classNames, preprocessing), graph);
        });
    }

    private static OnnxGraph Graph(
        nn.Module<Tensor, Tensor> network, BackboneSpec spec, Func<nn.Module<Tensor, Tensor>> build, OnnxExportOptions options,
        Preprocessing preprocessing, string outputName, int width)
    {
        var (size, channels) = (preprocessing.ImageSize, spec.InputChannels);
        var isHalf = options.FloatType == ScalarType.Float16;
        var graph = new OnnxGraph();
        graph.Proto.Name = spec.Name;

        // A pass of no images takes no time, and weights that nothing reads or writes take no memory.
        using var twin = Initialization.LeaveOut(build);
        twin.eval();
        var steps = NetworkRecorder.Record(twin, empty(0, channels, size, size));
        var layers = Named(twin, spec).Zip(Named(network, spec)).ToDictionary(pair => pair.First.Module, pair => (pair.Second.Module, pair.Second.Name));

        var x = InputName;
        if (options.IncludesPreprocessing)
        {
            graph.Input(InputName, ScalarType.Byte, size, size, channels);
            x = OnnxPreprocessing.Add(graph, x, preprocessing);
        }
        else
        {
            graph.Input(InputName, ScalarType.Float32, channels, size, size);
        }
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float16);
        x = new OnnxTranslation(graph, options.FloatType, layers).Translate(steps, x);
        if (isHalf)
            x = graph.Cast(x, ScalarType.Float32);
        if (outputName == ProbabilitiesName)
            graph.Node("Softmax", [x], OnnxGraph.Int("axis", 1));
        graph.Output(outputName, ScalarType.Float32, width);
        return graph;
    }

    private static ModelProto Model(BackboneSpec spec, OnnxExportOptions options, IReadOnlyList<string>? classNames, Preprocessing preprocessing)
    {
        var assembly = typeof(OnnxExport).Assembly.GetName();
        return new()
        {
            IrVersion = options.IrVersion,
            ProducerName = assembly.Name,
            ProducerVersion = assembly.Version!.ToString(fieldCount: 3),
            OpsetImport = { new OperatorSetIdProto { Version = options.Opset } },
            MetadataProps =
            {
                WeightMetadata.Of(spec, classNames, preprocessing).Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }),
            },
        };
    }

    // Every part of a network under the key that published checkpoints give it.
    private static IEnumerable<(string Name, Module Module)> Named(Module network, BackboneSpec spec) => network is ImageClassifierNetwork classifier
        ? Parts(classifier.Backbone, "").Append((spec.HeadKey, classifier.Head))
        : Parts(network, "");

    private static IEnumerable<(string Name, Module Module)> Parts(Module module, string prefix) =>
        module.named_children().SelectMany(child => Parts(child.module, $"{prefix}{child.name}.").Prepend((prefix + child.name, child.module)));

    // Before any work.
    internal static void CheckPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' does not end in '{Extension}', by which ONNX files are known. Choose such a name.", nameof(path));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"'{path}' cannot be written: the folder '{folder}' does not exist. Make it, or choose another path.");
        if (Directory.Exists(path))
            throw new IOException($"'{path}' cannot be written: it is a folder. Choose the path of a file.");
    }

    private static void CheckChannels(BackboneSpec spec, Preprocessing preprocessing, OnnxExportOptions options)
    {
        if (options.IncludesPreprocessing && preprocessing.Mean.Count != spec.InputChannels)
        {
            throw new ArgumentException(
                $"OnnxExportOptions.IncludesPreprocessing is true, but the preprocessing has {preprocessing.Mean.Count} channels and '{spec.Name}' takes " +
                $"{spec.InputChannels}. Give a preprocessing with {spec.InputChannels} values in Mean and Std, or leave it out.", nameof(options));
        }
    }
}
