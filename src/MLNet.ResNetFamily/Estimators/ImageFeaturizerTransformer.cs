using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Adds to data with an image column the features that a frozen backbone sees in each image, as a vector of fixed size, or what its stages
/// see, as one vector for each column that was asked for.
/// </summary>
/// <remarks>
/// Any number of threads may score with one transformer at once. It owns its network; dispose of it when it is no longer used. Inside a
/// chain the chain disposes of it, and a PredictionEngine disposes of its chain unless it is told otherwise.
/// </remarks>
public sealed class ImageFeaturizerTransformer : ITransformer, IDisposable
{
    internal const string ModelSignature = "RNF FEAT";
    internal const string LoaderSignature = "ResNetFamilyFeaturizer";
    internal const string StreamName = "Featurizer";

    private readonly IHostEnvironment _environment;
    private readonly IScoredNetwork _network;
    private readonly string? _imageColumnName;
    private readonly string _outputColumnName;
    private readonly IReadOnlyList<StageOutput> _stages;
    private readonly NetworkTransform _transform;

    /// <param name="environment">Where messages go and which GPU to use.</param>
    /// <param name="network">The network, whose classifier is not used; from now on it belongs to the transformer.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="imageColumnName">Where the images are; null for the column that is found by itself.</param>
    /// <param name="outputColumnName">Where the features go.</param>
    /// <param name="stages">What is taken of stages in their place; empty for nothing.</param>
    internal ImageFeaturizerTransformer(
        IHostEnvironment environment, ImageClassifierNetwork network, Preprocessing preprocessing, string? imageColumnName,
        string outputColumnName, IReadOnlyList<StageOutput> stages)
        : this(
            environment, Built(network, preprocessing, stages), network.Backbone.Spec, preprocessing, imageColumnName, outputColumnName,
            stages)
    {
    }

    private ImageFeaturizerTransformer(
        IHostEnvironment environment, IScoredNetwork network, BackboneSpec backbone, Preprocessing preprocessing, string? imageColumnName,
        string outputColumnName, IReadOnlyList<StageOutput> stages)
    {
        (_environment, _network, _imageColumnName, _outputColumnName, _stages, Backbone) =
            (environment, network, imageColumnName, outputColumnName, stages, backbone);
        var features = new StageOutput(outputColumnName, "", [backbone.FeatureCount]);
        _transform = new(
            environment, network, backbone.Family, OutputActivation.None,
            stages.Count == 0 ? features.Width : stages.Sum(stage => stage.Width), preprocessing, imageColumnName,
            (_, _) => OutputColumn.SideBySide(stages.Count == 0 ? [features] : stages));
    }

    /// <summary>What the network was built from.</summary>
    public BackboneSpec Backbone { get; }

    /// <summary>What is done to each image before the network sees it.</summary>
    public Preprocessing Preprocessing => _transform.Preprocessing;

    /// <summary>The columns of the backbone's stages; empty where there is one column of features.</summary>
    public IReadOnlyList<StageColumn> StageColumns =>
        [.. _stages.Select(stage => new StageColumn(stage.Name, stage.Stage, stage.IsPooled))];

    /// <summary>
    /// How data are scored. A change counts for what is asked for afterwards: cursors and prediction engines that exist keep what they
    /// have. Batch size, handling of bad images and largest image are saved with the model.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// An option is outside its range, or asks for the mean over views of maps that are not pooled.
    /// </exception>
    public ScoringOptions Scoring
    {
        get => _transform.Scoring;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            StageSelection.CheckViews(StageColumns, value);
            StageSelection.CheckBatch(_stages, value);
            _transform.Scoring = value;
        }
    }

    /// <summary>True: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>How often the network ran.</summary>
    internal long ForwardPassCount => _transform.ForwardPassCount;

    /// <summary>The columns of the data followed by the features.</summary>
    /// <param name="inputSchema">Schema of the data.</param>
    /// <returns>The schema that <see cref="Transform"/> gives.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _transform.GetOutputSchema(inputSchema);

    /// <summary>Adds the features, or the columns of stages. Nothing is computed before their values are asked for.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The data with the columns added.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public IDataView Transform(IDataView input) => _transform.Transform(input);

    /// <summary>Scores single rows: what a PredictionEngine uses.</summary>
    /// <param name="inputSchema">Schema of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _transform.GetRowToRowMapper(inputSchema);

    /// <summary>Writes an ONNX file, which ONNX Runtime, ML.NET's ApplyOnnxModel and others run without this library.</summary>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null, the default, for float32.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file for the format.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    /// <remarks>
    /// From <c>images</c> to <c>features</c> [N, F], or to an output for each of <see cref="StageColumns"/>, under its name: [N, C] or
    /// [N, C, H, W]. Of <see cref="Scoring"/> nothing goes into the file.
    /// </remarks>
    public void SaveAsOnnx(string path, OnnxExportOptions? options = null)
    {
        using var use = _transform.UseNetwork();
        OnnxExport.Save(Model(_network.Network, Preprocessing), path, options ?? new());
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _transform.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        var header = new FeaturizerHeader
        {
            Backbone = Backbone,
            Preprocessing = Preprocessing,
            ImageColumnName = _imageColumnName,
            OutputColumnName = _outputColumnName,
            Scoring = Scoring,
            Stages = _stages.Count == 0 ? null : _stages,
        };
        MLNetInternals.Save(
            ctx, ModelSignature, LoaderSignature, (uint)header.Format, StreamName,
            writer => SavedModel.Write(writer, header, _network.State()));
        SavedGraph.Write(_environment, ctx, _network);
    }

    /// <summary>Reads what a save wrote.</summary>
    internal static ImageFeaturizerTransformer Load(IHostEnvironment environment, BinaryReader reader, byte[]? graph)
    {
        var header = SavedModel.ReadHeader<FeaturizerHeader>(reader);
        // The head is never used.
        var network = SavedModel.ReadNetwork(
            reader, header, graph, () => Built(
                Initialization.LeaveOut(() => new ImageClassifierNetwork(header.Backbone, classCount: 1)), header.Preprocessing,
                header.Stages ?? []));
        try
        {
            return new(
                environment, network, header.Backbone, header.Preprocessing, header.ImageColumnName, header.OutputColumnName,
                header.Stages ?? [])
            {
                Scoring = header.Scoring,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static BuiltNetwork Built(
        ImageClassifierNetwork network, Preprocessing preprocessing, IReadOnlyList<StageOutput> stages)
    {
        network.eval();
        return new(
            Model(stages.Count == 0 ? network.Backbone : new StageNetwork(network.Backbone, stages), preprocessing), owner: network);
    }

    private static OnnxModel Model(nn.Module<Tensor, Tensor> network, Preprocessing preprocessing) => network is StageNetwork stages
        ? OnnxModel.Of(stages, preprocessing)
        : OnnxModel.Of((Backbone)network, preprocessing);
}
