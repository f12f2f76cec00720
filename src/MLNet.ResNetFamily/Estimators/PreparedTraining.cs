using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a training begins with: the rows that were read, and the network with its first weights. The caller disposes of the network.
/// </summary>
internal sealed record PreparedTraining(
    ImageClassifierNetwork Network, ClassLabels Labels, Preprocessing Preprocessing, TrainingImages Train, TrainingImages? Validation,
    ImageClassifierTrainer.Options Options, torch.Device Device)
{
    /// <summary>Checks columns, fetches weights, reads the rows and builds the network.</summary>
    /// <param name="environment">Where the seed and the GPU come from.</param>
    /// <param name="options">How to train.</param>
    /// <param name="input">The training data.</param>
    /// <param name="teacher">What the network will learn from besides the labels, or null.</param>
    /// <param name="log">Takes messages.</param>
    public static PreparedTraining From(
        IHostEnvironment environment, ImageClassifierTrainer.Options options, IDataView input, TeacherSource? teacher,
        Action<string> log)
    {
        if (!options.MultiLabel)
            (input, options) = LabelKeys.ForTraining(input, options);
        var labels = options.MultiLabel
            ? LabelSetColumn.Find(input.Schema, options.LabelColumnName).Classes(input)
            : ClassLabels.Of(FindLabel(options, input));
        if (labels.Count < 2)
        {
            throw new ArgumentException(
                $"Label column '{options.LabelColumnName}' of the training set has {labels.Count} class, but a classifier needs at " +
                "least 2. Give it images of another class.");
        }
        teacher?.Check(options.Backbone, labels, log);
        var image = ImageColumn.Find(input, options.ImageColumnName, options.Backbone.InputChannels);
        var device = options.Device.Resolve(
            MLNetInternals.GpuDeviceId(environment), MLNetInternals.FallbackToCpu(environment), options.Distributed?.LocalRank ?? 0);
        LibtorchStart.Notes.ToList().ForEach(log);
        var seeded = options with { Seed = options.Seed ?? MLNetInternals.Seed(environment) };

        using var start = InitialWeights.Find(options);
        var preprocessing = BackboneInput.Preprocessing(
            options.Backbone, start.Preprocessing, options.Preprocessing, options.ImageSize, options.AppliesExifOrientation);
        if (image.Note(preprocessing) is { } note)
            log(note);
        var train = options.MultiLabel
            ? LabelSetRows.ReadTraining(
                input, image, LabelSetColumn.Find(input.Schema, options.LabelColumnName), labels, preprocessing, options.CancellationToken)
            : TrainingRows.ReadTraining(
                input, image, FindLabel(options, input), labels, preprocessing, log, options.CancellationToken);
        var validation = ReadValidationSet(options, labels, preprocessing);
        if (seeded.ValidationSetFraction is { } fraction)
            (train, validation) = StratifiedSplit.Of(train, fraction, seeded.EffectiveSeed);

        var network = Draws.FromSeed(seeded.EffectiveSeed, () => new ImageClassifierNetwork(options.Backbone, labels.Count));
        try
        {
            NormalizationCheck.Require(network, preprocessing, options, train.Items.Count);
            start.LoadInto(network, labels, log);
            return new(network, labels, preprocessing, train, validation, seeded, device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static DataViewSchema.Column FindLabel(ImageClassifierTrainer.Options options, IDataView data)
    {
        var column = data.Schema.GetColumnOrNull(options.LabelColumnName) ?? throw ImageColumn.MissingColumn(
            options.LabelColumnName, data.Schema.Where(column => !column.IsHidden).Select(column => column.Name),
            nameof(options.LabelColumnName));
        return column.Type is VectorDataViewType ? throw ClassLabels.NotAKey(column.Name, column.Type.ToString()!) : column;
    }

    private static TrainingImages? ReadValidationSet(
        ImageClassifierTrainer.Options options, ClassLabels labels, Preprocessing preprocessing)
    {
        if (options.ValidationSet is not { } data)
            return null;
        var image = ImageColumn.Find(data, options.ImageColumnName, options.Backbone.InputChannels);
        return options.MultiLabel
            ? LabelSetRows.ReadValidation(
                data, image, LabelSetColumn.Find(data.Schema, options.LabelColumnName), labels, preprocessing, options.CancellationToken)
            : TrainingRows.ReadValidation(
                data, image, FindLabel(options, data), labels, preprocessing, options.CancellationToken);
    }
}
