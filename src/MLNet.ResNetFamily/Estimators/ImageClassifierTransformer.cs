using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>
/// A trained image classifier: adds to data with an image column the probability of each class (<c>Score</c>) and the most probable class
/// (<c>PredictedLabel</c>), or, where an image may show several, all those whose probability reaches their threshold.
/// </summary>
/// <remarks>
/// Any number of threads may score with one transformer at once. It owns its network; dispose of it when it is no longer used. Inside a
/// chain the chain disposes of it, and a PredictionEngine disposes of its chain unless it is told otherwise.
/// </remarks>
public sealed partial class ImageClassifierTransformer : ITransformer, IDisposable, IImageClassifier
{
    private readonly IHostEnvironment _environment;
    private readonly IScoredNetwork _network;
    private readonly ClassLabels _labels;
    private readonly ImageClassifierColumns _columns;
    private readonly OutputActivation _activation;
    private readonly NetworkTransform _transform;

    /// <param name="environment">Where messages go and which GPU to use.</param>
    /// <param name="network">The network; from now on it belongs to the transformer.</param>
    /// <param name="labels">One class for each of the network's.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="activation">Whether the classes exclude each other.</param>
    internal ImageClassifierTransformer(
        IHostEnvironment environment, ImageClassifierNetwork network, ClassLabels labels, Preprocessing preprocessing,
        ImageClassifierColumns columns, OutputActivation activation = OutputActivation.Softmax)
        : this(
            environment, Built(network, labels, preprocessing, activation), network.Backbone.Spec, labels, preprocessing, columns,
            activation)
    {
    }

    private ImageClassifierTransformer(
        IHostEnvironment environment, IScoredNetwork network, BackboneSpec backbone, ClassLabels labels, Preprocessing preprocessing,
        ImageClassifierColumns columns, OutputActivation activation)
    {
        (_environment, _network, _labels, _columns, Backbone, _activation) =
            (environment, network, labels, columns, backbone, activation);
        _thresholds = IsMultiLabel ? new MultiLabelScores(labels.Count).EvenThresholds() : null;
        _transform = new(
            environment, network, backbone.Family, activation, labels.Count, preprocessing, columns.Image, Outputs)
        {
            HeatOf = values => GradCam.Heatmaps(Network, values, preprocessing.ImageSize),
        };
    }

    /// <summary>The backbone of the network.</summary>
    public BackboneSpec Backbone { get; }

    /// <summary>What is done to each image before the network sees it.</summary>
    public Preprocessing Preprocessing => _transform.Preprocessing;

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => _labels.Names;

    /// <summary>
    /// How the training went; it is saved with the model, without its times. Null for an imported classifier, and for one that an older
    /// version of this library saved.
    /// </summary>
    public TrainingHistory? History { get; internal init; }

    /// <summary>
    /// How data are scored. A change counts for what is asked for afterwards: cursors and prediction engines that exist keep what they
    /// have. All that does not depend on the machine is saved with the model: batch size, handling of bad images, largest image, views,
    /// best classes.
    /// </summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public ScoringOptions Scoring
    {
        get => _transform.Scoring;
        set => _transform.Scoring = value;
    }

    /// <summary>Whether it computes in 8 bits (<see cref="Quantize"/>).</summary>
    public bool IsQuantized => _network.IsQuantized;

    /// <summary>True: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The network; it belongs to the transformer.</summary>
    /// <exception cref="DllNotFoundException">The program has no libtorch.</exception>
    internal ImageClassifierNetwork Network => (ImageClassifierNetwork)_network.Network;

    /// <summary>How often the network ran.</summary>
    internal long ForwardPassCount => _transform.ForwardPassCount;

    /// <summary>Whether <see cref="Explain(string, string?)"/> can do its work.</summary>
    internal bool CanExplain => !IsQuantized && LibtorchFiles.IsPresent;

    /// <inheritdoc cref="NetworkTransform.EngineInUse"/>
    internal ScoringEngine? EngineInUse => _transform.EngineInUse;

    /// <inheritdoc cref="NetworkTransform.PrecisionInUse"/>
    internal Precision PrecisionInUse => _transform.PrecisionInUse;

    /// <summary>A classifier from a network that was made elsewhere, an imported one for instance.</summary>
    /// <param name="mlContext">Where messages go and which GPU to use.</param>
    /// <param name="network">The network; from now on it belongs to the transformer.</param>
    /// <param name="classNames">Name of each class, in the order of the network's outputs.</param>
    /// <param name="preprocessing">What is done to each image before.</param>
    /// <param name="imageColumnName">Name of the image column; null for the one that is found by itself.</param>
    internal static ImageClassifierTransformer FromNetwork(
        MLContext mlContext, ImageClassifierNetwork network, IReadOnlyList<string> classNames, Preprocessing preprocessing,
        string? imageColumnName = null) =>
        new(
            mlContext, network, ClassLabels.Of(classNames), preprocessing.WithChannels(network.Backbone.Spec.InputChannels),
            new() { Image = imageColumnName });

    /// <summary>The columns of the data followed by the scores and the predicted label.</summary>
    /// <param name="inputSchema">Schema of the data.</param>
    /// <returns>The schema that <see cref="Transform(IDataView)"/> gives.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _transform.GetOutputSchema(inputSchema);

    /// <summary>Adds the scores and the predicted label. Nothing is computed before their values are asked for.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The data with two more columns.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public IDataView Transform(IDataView input) => _transform.Transform(input);

    /// <summary>
    /// Adds them as the given options say, whatever <see cref="Scoring"/> says; other data that are scored meanwhile are not concerned.
    /// </summary>
    internal IDataView Transform(IDataView input, ScoringOptions scoring) => _transform.Transform(input, scoring);

    /// <summary>Measures the classifier on labeled data with ML.NET's own figures.</summary>
    /// <param name="data">Data with the image column and the label column, best such that the classifier was not trained on.</param>
    /// <param name="labelColumnName">Name of the label column, text or a key; null, the default, for that of the training data.</param>
    /// <param name="topK">How many of the most probable classes count for the top-k accuracy; 0, the default, for none.</param>
    /// <returns>Accuracy, log-loss and the confusion matrix, whose classes are <see cref="ClassNames"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, or a row has a class that the classifier does not know.
    /// </exception>
    /// <exception cref="InvalidDataException">An image cannot be read, or none can.</exception>
    /// <exception cref="InvalidOperationException">
    /// The classifier may give an image several labels: <see cref="EvaluateMultiLabel"/> measures it.
    /// </exception>
    /// <remarks>
    /// With <see cref="OnBadImage.Skip"/> ML.NET leaves rows without scores out of every figure; <see cref="ScoringOptions.BadImages"/> is
    /// told of them. Its confusion matrix takes memory by the square of the classes: measure thousands of classes with
    /// <see cref="ReportExtensions.WriteReport"/>, which does not.
    /// </remarks>
    public MulticlassClassificationMetrics Evaluate(IDataView data, string? labelColumnName = null, int topK = 0) =>
        ClassifierEvaluation.Of(this, data, labelColumnName, topK);

    /// <summary>Scores single rows: what a PredictionEngine uses.</summary>
    /// <param name="inputSchema">Schema of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _transform.GetRowToRowMapper(inputSchema);

    /// <summary>
    /// Shows what speaks for a class in an image, by Grad-CAM: Selvaraju et al. (2016), https://arxiv.org/abs/1610.02391.
    /// </summary>
    /// <param name="imagePath">Path of a JPEG, PNG, WebP, GIF, BMP, or TIFF file.</param>
    /// <param name="label">Name of the class to explain; null, the default, for the most probable one.</param>
    /// <returns>The class, its probability and the heatmap over the image.</returns>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    /// <exception cref="InvalidDataException">The file cannot be read or holds no usable image.</exception>
    /// <remarks>Costs about as much as scoring the image. Any number of threads may explain and score at once.</remarks>
    public Explanation Explain(string imagePath, string? label = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagePath);
        return Explain(new ImageFile(imagePath), label);
    }

    /// <inheritdoc cref="Explain(string, string?)"/>
    /// <param name="encodedImage">The bytes of such a file.</param>
    /// <param name="label">Name of the class to explain; null, the default, for the most probable one.</param>
    public Explanation Explain(byte[] encodedImage, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(encodedImage);
        return Explain(new EncodedImage(encodedImage, "the encoded image"), label);
    }

    /// <inheritdoc cref="Explain(string, string?)"/>
    /// <param name="image">The image, which stays with the caller; its transparency lies over black.</param>
    /// <param name="label">Name of the class to explain; null, the default, for the most probable one.</param>
    public Explanation Explain(MLImage image, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var copy = ImageDecoder.FromMLImage(image);
        return Explain(new DecodedImage(copy, "the image"), label);
    }

    /// <summary>Writes an ONNX file, which ONNX Runtime, ML.NET's ApplyOnnxModel and others run without this library.</summary>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null, the default, for float32 and probabilities.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file for the format.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    /// <remarks>From <c>images</c> to <c>probabilities</c> [N, K]. Of <see cref="Scoring"/> nothing goes into the file.</remarks>
    public void SaveAsOnnx(string path, OnnxExportOptions? options = null)
    {
        using var use = _transform.UseNetwork();
        OnnxExport.Save(Network, path, options, ClassNames, Preprocessing, _activation);
    }

    /// <summary>
    /// Makes a classifier that computes in 8 bits: a quarter of the size and, with instructions for it, up to twice the speed and more;
    /// networks with batch norms before their convolutions, DenseNet for instance, gain little. ONNX Runtime scores it, from the package
    /// MLNet.ResNetFamily.OnnxRuntime.
    /// </summary>
    /// <param name="calibration">Images like those that will be scored, of the training for instance; labels are not read.</param>
    /// <param name="options">How to do it; null, the default, for 512 of the images.</param>
    /// <returns>The new classifier, with the same classes and columns; this one stays as it is.</returns>
    /// <exception cref="ArgumentException">An option is outside its range, or the image column is missing.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read, or there is none.</exception>
    /// <exception cref="DllNotFoundException">The program has no libtorch, which this takes.</exception>
    /// <exception cref="InvalidOperationException">The classifier is quantized already.</exception>
    /// <remarks>
    /// Weights are rounded with a scale for each output channel, the values between layers with the range that was seen on the images:
    /// Jacob et al. (2017), https://arxiv.org/abs/1712.05877. Training, explaining and exporting are for the classifier in float32.
    /// </remarks>
    public ImageClassifierTransformer Quantize(IDataView calibration, QuantizationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        options ??= new();
        options.Validate();
        LibtorchStart.RequireFor("Quantizing");
        using var use = _transform.UseNetwork();
        using var modes = TorchModes.Enter();
        var model = OnnxModel.Of(Network, Preprocessing, ClassNames, _activation);
        using var engine = new CalibrationEngine(model);
        if (_transform.RunOver(SelectedRows.Evenly(calibration, options.ImageCount), engine) == 0 || engine.ForwardPassCount == 0)
            throw new InvalidDataException("There is no image to calibrate with. Give images like those that will be scored.");
        var quantized = QuantizedNetwork.Of(model, new(engine.Ranges, options.KeepsFirstAndLastLayer));
        return new(_environment, quantized, Backbone, _labels, Preprocessing, _columns, _activation)
        {
            _thresholds = _thresholds,
            History = History,
            Scoring = Scoring with { Engine = ScoringEngine.Auto, Precision = Precision.Float32 },
        };
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _transform.Dispose();

    private static BuiltNetwork Built(
        ImageClassifierNetwork network, ClassLabels labels, Preprocessing preprocessing, OutputActivation activation)
    {
        if (labels.Count != network.ClassCount)
        {
            throw new ArgumentException(
                $"There are {labels.Count} class names, but the network has {network.ClassCount} classes. Give one name for each class.",
                nameof(labels));
        }
        network.eval();
        return new(OnnxModel.Of(network, preprocessing, labels.Names, activation), owner: network);
    }

    /// <summary>Names of the columns that it reads and adds.</summary>
    internal ImageClassifierColumns Columns => _columns;

    ImageClassifierColumns IImageClassifier.Columns => _columns;

    IReadOnlyList<ImageClassifierTransformer> IImageClassifier.Members => [this];

    IDataView IImageClassifier.Transform(IDataView input, ScoringOptions scoring) => Transform(input, scoring);

    /// <inheritdoc cref="NetworkTransform.Inference"/>
    internal IImageInference Inference(ScoringOptions scoring) => _transform.Inference(scoring);

    internal Explanation Explain(ImageItem item, string? label)
    {
        LibtorchStart.RequireFor("Explaining a prediction");
        using var use = _transform.UseNetwork();
        using var modes = TorchModes.Enter();
        int? classIndex = label is null ? null : _labels.IndexOf(label);
        using var image = item.Decode(DecodeOptions.For(Preprocessing, Scoring.MaxPixels));
        var preprocessor = new Preprocessor(Preprocessing);
        var pixels = new float[Preprocessing.Channels * Preprocessing.ImageSize * Preprocessing.ImageSize];
        preprocessor.Apply(image, pixels);

        using var share = TorchThreads.Share(Scoring.Threads);
        var answer = GradCam.Run(Network, pixels, Preprocessing.ImageSize, classIndex, _activation);
        var heatmap = new Heatmap(
            answer.Heat, answer.Width, answer.Height, image.Width, image.Height, preprocessor.Seen(image.Width, image.Height));
        var explained = answer.Classes[0];
        return new(
            ClassNames[explained], answer.Probabilities[explained], heatmap, new(image.Width, image.Height, image.PixelSpan.ToArray()));
    }
}
