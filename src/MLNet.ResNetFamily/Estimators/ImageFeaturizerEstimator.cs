using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns images into feature vectors with a frozen backbone, for any ML.NET trainer to learn from. Nothing is learned here: fitting builds
/// the network and loads its weights.
/// </summary>
public sealed class ImageFeaturizerEstimator : IEstimator<ImageFeaturizerTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly Options _options;

    internal ImageFeaturizerEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_environment, _options) = (environment, options);
    }

    /// <summary>Builds the network and loads its weights. The images are not read.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The featurizer; the caller disposes of it, or of the chain that it is part of.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    /// <exception cref="InvalidDataException">The weights do not fit the backbone.</exception>
    /// <exception cref="IOException">Published weights could not be fetched.</exception>
    public ImageFeaturizerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var image = ImageColumn.Find(input, _options.ImageColumnName, _options.Backbone.InputChannels);
        var (file, ofWeights) = _options.Weights is { } wanted ? WeightSource.Find(wanted, _options.Backbone).Open() : default;
        using var opened = file;
        var preprocessing = BackboneInput.Preprocessing(
            _options.Backbone, ofWeights, _options.Preprocessing, _options.ImageSize,
            _options.AppliesExifOrientation);
        using var modes = TorchModes.Enter();
        // The smallest classifier comes along and is not used: a weight file may have one, and weight import knows what to do with it.
        var seed = _options.Seed ?? MLNetInternals.Seed(_environment) ?? 1;
        var network = Draws.FromSeed(seed, () => new ImageClassifierNetwork(_options.Backbone, classCount: 1));
        try
        {
            using var channel = _environment.Start(nameof(ImageFeaturizerEstimator));
            LibtorchStart.Notes.ToList().ForEach(note => channel.Info(MessageSensitivity.None, note));
            if (image.Note(preprocessing) is { } unused)
                channel.Info(MessageSensitivity.Schema, unused);
            if (file is not null)
                channel.Info(MessageSensitivity.None, $"{WeightImport.LoadWhole(network, file, HeadImport.Skipped)}.");
            else
            {
                channel.Warning(
                    MessageSensitivity.None,
                    "Option 'Weights' is null, so the featurizer's weights are random and its features mean little.");
            }
            var stages = StageSelection.Outputs(_options.StageColumns, network.Backbone, preprocessing.ImageSize);
            return new(_environment, network, preprocessing, _options.ImageColumnName, _options.OutputColumnName, stages)
            {
                Scoring = _options.Scoring,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The columns of the data followed by the features.</summary>
    /// <param name="inputSchema">Shape of the data's schema.</param>
    /// <returns>The shape of the schema that the featurizer will give.</returns>
    /// <exception cref="ArgumentException">The image column is missing or of a type that cannot be read.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Check(inputSchema, _options.ImageColumnName, _options.Backbone.InputChannels);
        string[] added = _options.StageColumns.Count == 0
            ? [_options.OutputColumnName]
            : [.. _options.StageColumns.Select(column => column.ColumnName)];
        return new(
        [
            .. inputSchema.Where(column => !added.Contains(column.Name)),
            .. added.Select(name => MLNetInternals.ShapeColumn(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single)),
        ]);
    }

    /// <summary>Which backbone looks at the images, and the columns. Every option has a default.</summary>
    public sealed record Options
    {
        /// <summary>
        /// The network: a row of <see cref="Backbones"/> or a variant of one. <see cref="Backbones.ResNet18"/> by default.
        /// </summary>
        public BackboneSpec Backbone { get; init; } = Backbones.ResNet18;

        /// <summary>
        /// Name of the image column: MLImage, paths, encoded files or pixels. Null, the default, means <c>Image</c> where the data have it,
        /// else <c>ImagePath</c>.
        /// </summary>
        public string? ImageColumnName { get; init; }

        /// <summary>Name of the column that the features go to. <c>Features</c> by default.</summary>
        public string OutputColumnName { get; init; } = "Features";

        /// <summary>
        /// Columns of the backbone's stages in place of <see cref="OutputColumnName"/>: pooled features or whole maps of one stage or of
        /// several. What comes after the last stage that is named is not computed. Empty by default. See
        /// <see cref="BackboneSpec.Stages"/> for the names.
        /// </summary>
        public IReadOnlyList<StageColumn> StageColumns { get; init; } = [];

        /// <summary>
        /// Weights of the backbone: <see cref="PretrainedWeights.ImageNet"/> for the best published ones,
        /// <see cref="PretrainedWeights.MLNet"/> for those of ML.NET's own package, the name of a row of
        /// <see cref="PretrainedWeights.All"/>, or the path of a file. Null, the default, means random weights, which see little.
        /// </summary>
        public string? Weights { get; init; }

        /// <summary>
        /// Side of the network's square input in pixels. At least the backbone's <see cref="BackboneSpec.MinimumImageSize"/>; null, the
        /// default, means that of <see cref="Preprocessing"/>.
        /// </summary>
        public int? ImageSize { get; init; }

        /// <summary>
        /// What is done to each image before the network sees it; null, the default, means what was done for the
        /// <see cref="Weights"/> where that is known, else what the backbone's spec says.
        /// </summary>
        public Preprocessing? Preprocessing { get; init; }

        /// <summary>
        /// Whether image files are set upright as their EXIF orientation says, see <see cref="Preprocessing.AppliesExifOrientation"/>;
        /// null, the default, means as <see cref="Preprocessing"/> says, which is not unless asked for.
        /// </summary>
        public bool? AppliesExifOrientation { get; init; }

        /// <summary>How the data are scored.</summary>
        public ScoringOptions Scoring { get; init; } = new();

        /// <summary>
        /// Where the initial weights come from when none are loaded. Null, the default, means the seed of the <c>MLContext</c>, or 1 where
        /// it has none.
        /// </summary>
        public int? Seed { get; init; }

        internal void Validate()
        {
            ArgumentNullException.ThrowIfNull(Backbone);
            ArgumentNullException.ThrowIfNull(Scoring);
            if (ImageColumnName is not null)
                ArgumentException.ThrowIfNullOrWhiteSpace(ImageColumnName);
            ArgumentException.ThrowIfNullOrWhiteSpace(OutputColumnName);
            BackboneInput.Validate(Backbone, Weights, Preprocessing, ImageSize);
            Scoring.Validate();
            StageSelection.Validate(StageColumns, Backbone, Scoring);
        }
    }
}
