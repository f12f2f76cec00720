using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>Adds to data with an image column the features that a frozen backbone sees in each image, as a vector of fixed size.</summary>
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
    private readonly NetworkTransform _transform;

    /// <param name="environment">Where messages go and which GPU to use.</param>
    /// <param name="network">The network, whose classifier is not used; from now on it belongs to the transformer.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="imageColumnName">Where the images are; null for the column that is found by itself.</param>
    /// <param name="outputColumnName">Where the features go.</param>
    internal ImageFeaturizerTransformer(
        IHostEnvironment environment, ImageClassifierNetwork network, Preprocessing preprocessing, string? imageColumnName,
        string outputColumnName)
        : this(environment, Built(network, preprocessing), network.Backbone.Spec, preprocessing, imageColumnName, outputColumnName)
    {
    }

    private ImageFeaturizerTransformer(
        IHostEnvironment environment, IScoredNetwork network, BackboneSpec backbone, Preprocessing preprocessing, string? imageColumnName,
        string outputColumnName)
    {
        (_environment, _network, _imageColumnName, _outputColumnName, Backbone) =
            (environment, network, imageColumnName, outputColumnName, backbone);
        var width = backbone.FeatureCount;
        _transform = new(
            environment, network, backbone.Family, givesLogits: false, width, preprocessing, imageColumnName,
            (_, _) => [OutputColumn.Vector(outputColumnName, width)]);
    }

    /// <summary>What the network was built from.</summary>
    public BackboneSpec Backbone { get; }

    /// <summary>What is done to each image before the network sees it.</summary>
    public Preprocessing Preprocessing => _transform.Preprocessing;

    /// <summary>
    /// How data are scored. A change counts for what is asked for afterwards: cursors and prediction engines that exist keep what they
    /// have. Batch size, handling of bad images and largest image are saved with the model.
    /// </summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public ScoringOptions Scoring
    {
        get => _transform.Scoring;
        set => _transform.Scoring = value;
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

    /// <summary>Adds the features. Nothing is computed before their values are asked for.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The data with one more column.</returns>
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
    /// <remarks>From <c>images</c> to <c>features</c> [N, F]. Of <see cref="Scoring"/> nothing goes into the file.</remarks>
    public void SaveAsOnnx(string path, OnnxExportOptions? options = null)
    {
        using var use = _transform.UseNetwork();
        OnnxExport.Save((Backbone)_network.Network, path, options, Preprocessing);
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
                Initialization.LeaveOut(() => new ImageClassifierNetwork(header.Backbone, classCount: 1)), header.Preprocessing));
        try
        {
            return new(environment, network, header.Backbone, header.Preprocessing, header.ImageColumnName, header.OutputColumnName)
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

    private static BuiltNetwork Built(ImageClassifierNetwork network, Preprocessing preprocessing)
    {
        network.eval();
        return new(OnnxModel.Of(network.Backbone, preprocessing), owner: network);
    }
}
