using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>Trains an image classifier on data with an image column and a label column.</summary>
/// <remarks>
/// <para>
/// Columns are checked before any work. The same options, data and seed give the same model; <see cref="Fit"/> changes neither the trainer
/// nor its options and may be called again, as cross-validation does. What it returns frees native memory when it is disposed of.
/// </para>
/// <para>
/// <b>Input and output columns.</b> The label column is a key or text, or a vector of them with <see cref="Options.MultiLabel"/>. The image
/// column is MLImage, text (paths), a vector of Byte (encoded files) or a vector of Single (pixel planes). These columns are added:
/// <list type="table">
/// <listheader><term>Output column</term><term>Type</term><description>Meaning</description></listheader>
/// <item><term><c>Score</c></term><term>vector of Single</term><description>The probability of each class; they add up to 1,
/// unless with <see cref="Options.MultiLabel"/>.</description></item>
/// <item><term><c>PredictedLabel</c></term><term>key, or text where the label is text</term><description>The most probable
/// class; with <see cref="Options.MultiLabel"/> a vector of all classes whose probability reaches their threshold.</description></item>
/// </list>
/// </para>
/// <para>
/// <b>Trainer characteristics</b>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification</description></item>
/// <item><term>Is normalization required?</term><description>No: images are normalized as <see cref="Preprocessing"/>
/// says.</description></item>
/// <item><term>Is caching required?</term><description>No. <c>Data.Cache</c> drops columns of images; see
/// <see cref="TrainingOptions.ImageCacheBytes"/>.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>MLNet.ResNetFamily, and TorchSharp-cpu or a CUDA package of
/// TorchSharp</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, by <see cref="ImageClassifierTransformer.SaveAsOnnx"/>; not by
/// <c>Model.ConvertToOnnx</c> of Microsoft.ML.OnnxConverter, which leaves out steps that it does not know, without an
/// error.</description></item>
/// </list>
/// </para>
/// </remarks>
public sealed partial class ImageClassifierTrainer : IEstimator<ImageClassifierTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly Options _options;

    internal ImageClassifierTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options);
    }

    /// <summary>What it was made with.</summary>
    internal Options Settings => _options;

    /// <summary>Trains a classifier.</summary>
    /// <param name="input">Data with the image column and the label column.</param>
    /// <returns>The classifier; the caller disposes of it, or of the chain that it is part of.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, there are fewer than two classes, or no rows.
    /// </exception>
    /// <exception cref="InvalidDataException">Too few of the images can be read, or the weights to start from do not fit.</exception>
    /// <exception cref="IOException">Published weights could not be fetched.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before its first step.</exception>
    public ImageClassifierTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var modes = TorchModes.Enter();
        using var channel = _environment.Start(nameof(ImageClassifierTrainer));
        void Log(string message) => channel.Info(MessageSensitivity.UserData, message);
        using var teacher = TeacherSource.Find(_options);
        var (network, labels, preprocessing, train, validation, options, device) = PreparedTraining.From(
            _environment, _options, input, teacher, Log);
        ImageClassifierTransformer? classifier = null;
        try
        {
            var history = TrainingLoop.Run(network, preprocessing, train, validation, options, device, Log, teacher?.Teacher);
            var columns = _options.Columns with
            {
                PredictedLabelIsText = _options.MultiLabel
                    ? LabelSetColumn.Find(input.Schema, _options.LabelColumnName).IsText
                    : LabelKeys.IsText(input, _options.LabelColumnName),
            };
            classifier = new(
                _environment, network, labels, preprocessing, columns,
                _options.MultiLabel ? OutputActivation.Sigmoid : OutputActivation.Softmax)
            {
                History = history,
                Scoring = _options.EffectiveScoring,
            };
            if (_options.MultiLabel && validation is not null)
                classifier.Thresholds = classifier.BestThresholds(validation);
            return classifier;
        }
        catch
        {
            classifier?.Dispose();
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Trains some steps with a learning rate that rises from 0.000001 to 10 and shows how the loss answers. Nothing of it stays:
    /// <see cref="Fit"/> begins anew. Each process of <see cref="TrainingOptions.Distributed"/> does it for itself.
    /// </summary>
    /// <param name="input">Data with the image column and the label column.</param>
    /// <param name="stepCount">Steps from the lowest rate to the highest. At least 10; 100 by default.</param>
    /// <returns>The curve, which ends where the loss diverges, and a suggestion for <see cref="TrainingOptions.LearningRate"/>.</returns>
    /// <exception cref="ArgumentException">As in <see cref="Fit"/>, or <paramref name="stepCount"/> is below 10.</exception>
    /// <exception cref="InvalidDataException">Too few of the images can be read, or the weights to start from do not fit.</exception>
    /// <exception cref="OperationCanceledException">The options' token was canceled.</exception>
    public LearningRateCurve FindLearningRate(IDataView input, int stepCount = 100)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepCount, 10);
        using var modes = TorchModes.Enter();
        using var channel = _environment.Start(nameof(ImageClassifierTrainer));
        void Log(string message) => channel.Info(MessageSensitivity.UserData, message);
        using var teacher = TeacherSource.Find(_options);
        var prepared = PreparedTraining.From(_environment, _options, input, teacher, Log);
        using (prepared.Network)
        {
            return LearningRateFinder.Run(
                prepared.Network, prepared.Preprocessing, prepared.Train, prepared.Options with { Distributed = null }, prepared.Device,
                stepCount, teacher?.Teacher, Log);
        }
    }

    /// <summary>The columns of the data followed by the scores and the predicted label.</summary>
    /// <param name="inputSchema">Shape of the data's schema.</param>
    /// <returns>The shape of the schema that the classifier will give.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var columns = _options.Columns;
        SchemaShape.Column[] onRequest = _options.EffectiveScoring.TopK == 0
            ? []
            :
            [
                MLNetInternals.ShapeColumn(
                    ImageClassifierColumns.TopLabels, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance),
                MLNetInternals.ShapeColumn(
                    ImageClassifierColumns.TopProbabilities, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single),
            ];
        if (_options.EffectiveScoring.Heatmap)
        {
            onRequest =
            [
                .. onRequest,
                MLNetInternals.ShapeColumn(ImageClassifierColumns.Heatmap, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single),
            ];
        }
        var label = inputSchema.FirstOrDefault(column => column.Name == columns.Label);
        if (label.Name is null)
            throw ImageColumn.MissingColumn(columns.Label, inputSchema.Select(column => column.Name), nameof(Options.LabelColumnName));
        var isText = !label.IsKey && label.ItemType is TextDataViewType;
        if (_options.MultiLabel)
            LabelSetColumn.Check(label);
        else if (label.Kind != SchemaShape.Column.VectorKind.Scalar || !(label.IsKey || isText))
        {
            throw ClassLabels.NotAKey(
                label.Name, label.Kind == SchemaShape.Column.VectorKind.Scalar ? $"{label.ItemType}" : $"{label.Kind} of {label.ItemType}");
        }
        ImageColumn.Check(inputSchema, columns.Image, _options.Backbone.InputChannels);

        return new(
        [
            .. inputSchema.Where(
                column => column.Name != columns.Score && column.Name != columns.PredictedLabel
                    && onRequest.All(added => added.Name != column.Name)),
            MLNetInternals.ShapeColumn(
                columns.Score, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single,
                annotations: Annotations.ShapeOfScore(label)),
            MLNetInternals.ShapeColumn(
                columns.PredictedLabel,
                _options.MultiLabel ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Scalar,
                isText ? TextDataViewType.Instance : NumberDataViewType.UInt32, isKey: !isText, Annotations.ShapeOfPredictedLabel(label)),
            .. onRequest,
        ]);
    }
}
