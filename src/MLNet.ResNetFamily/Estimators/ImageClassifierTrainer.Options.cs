using Microsoft.ML;
using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

public sealed partial class ImageClassifierTrainer
{
    /// <summary>How an image classifier is trained and which columns it uses. Every option has a default.</summary>
    public sealed record Options : TrainingOptions
    {
        /// <summary>
        /// The network without its classifier: a row of <see cref="Backbones"/> or a variant of one. <see cref="Backbones.ResNet18"/> by
        /// default.
        /// </summary>
        public BackboneSpec Backbone { get; init; } = Backbones.ResNet18;

        /// <summary>
        /// Whether an image may show several classes, or none. False by default. The label column is then a vector of keys or of text of
        /// any length, each class learns by itself (sigmoid and binary cross entropy, the mean over the classes, so that a higher learning
        /// rate suits than for one class an image, or <see cref="OptimizerKind.AdamW"/>), and the predicted labels are a vector: the
        /// classes whose probability reaches <see cref="ImageClassifierTransformer.Thresholds"/>.
        /// </summary>
        public bool MultiLabel { get; init; }

        /// <summary>
        /// Name of the label column, a key or text, or a vector of them with <see cref="MultiLabel"/>. <c>Label</c> by default.
        /// </summary>
        public string LabelColumnName { get; init; } = "Label";

        /// <summary>
        /// Name of the image column: MLImage, paths, encoded files or pixels. Null, the default, means <c>Image</c> where the data have it,
        /// else <c>ImagePath</c>; the trained classifier looks for its images in the same way.
        /// </summary>
        public string? ImageColumnName { get; init; }

        /// <summary>Name of the column that the probabilities of the classes go to. <c>Score</c> by default.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>
        /// Name of the column that the most probable class goes to, with <see cref="MultiLabel"/> a vector of classes: text where the label
        /// is text, else a key. <c>PredictedLabel</c> by default.
        /// </summary>
        public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

        /// <summary>
        /// Weights to start from: <see cref="PretrainedWeights.ImageNet"/> for the best published ones,
        /// <see cref="PretrainedWeights.MLNet"/> for those of ML.NET's own package, the name of a row of
        /// <see cref="PretrainedWeights.All"/>, or the path of a file. Of a weight file the classifier is taken over where the number of
        /// classes is the same; of a saved model (<c>flowers.zip</c>) for the classes that it knows, and others may be new. Null, the
        /// default, means random weights.
        /// </summary>
        public string? Weights { get; init; }

        /// <summary>
        /// Path of a saved image classifier, or of an ensemble, that the network learns from besides the labels: for each image, varied and
        /// mixed, the probabilities that this teacher gives to all classes. It must be of the same kind, with <see cref="MultiLabel"/> or
        /// without. Its classes are found by name; it may lack some of the data's, which labels alone then teach, and have others.
        /// Backbone, image size and preprocessing may be others than the network's: the teacher sees the same part of the image in its own
        /// size and normalization. It takes a forward pass a batch, and stays as it is. Cached features show a teacher nothing: set
        /// <see cref="TrainingOptions.CacheFeatures"/> to false where the classifier learns alone. Null, the default, for no teacher.
        /// Hinton et al., "Distilling the Knowledge in a Neural Network" (2015), https://arxiv.org/abs/1503.02531.
        /// </summary>
        public string? Teacher { get; init; }

        /// <summary>
        /// The same as a loaded model, or a chain with one; it stays the caller's. Null by default. Excludes <see cref="Teacher"/>.
        /// </summary>
        public ITransformer? TeacherModel { get; init; }

        /// <summary>
        /// Side of the network's square input in pixels. At least the backbone's <see cref="BackboneSpec.MinimumImageSize"/>; null, the
        /// default, means that of <see cref="Preprocessing"/>. Smaller is faster, larger sees more.
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

        /// <summary>
        /// Data that are not trained on but validated with after every epoch, with the same columns as the training data and the same
        /// classes; null, the default, for none.
        /// </summary>
        public IDataView? ValidationSet { get; init; }

        /// <summary>
        /// Part of the training data that is not trained on but validated with after every epoch, the same part of every class. Above 0 and
        /// below 1; null, the default, for none. Excludes <see cref="ValidationSet"/>.
        /// </summary>
        public double? ValidationSetFraction { get; init; }

        /// <summary>
        /// How the trained classifier scores. Null, the default, means the defaults of <see cref="ScoringOptions"/> with the threads,
        /// device, precision and largest image of the training.
        /// </summary>
        public ScoringOptions? Scoring { get; init; }

        internal ScoringOptions EffectiveScoring =>
            Scoring ?? new() { Threads = Threads, Device = Device, MaxPixels = MaxPixels, Precision = Precision };

        internal ImageClassifierColumns Columns => new()
        {
            Label = LabelColumnName,
            Image = ImageColumnName,
            Score = ScoreColumnName,
            PredictedLabel = PredictedLabelColumnName,
        };

        internal override bool StartsFromWeights => Weights is not null;

        internal override IReadOnlySet<string> IndifferentOptions => base.IndifferentOptions
            .Union([
                nameof(LabelColumnName), nameof(ImageColumnName), nameof(ScoreColumnName), nameof(PredictedLabelColumnName),
                nameof(ValidationSet), nameof(Scoring), nameof(Teacher), nameof(TeacherModel),
            ])
            .ToHashSet();

        internal override void Validate()
        {
            base.Validate();
            Require(!string.IsNullOrWhiteSpace(LabelColumnName), nameof(LabelColumnName), Quoted(LabelColumnName), "the name of a column");
            Require(
                ImageColumnName is null || !string.IsNullOrWhiteSpace(ImageColumnName), nameof(ImageColumnName), Quoted(ImageColumnName),
                "the name of a column, or null");
            Require(!string.IsNullOrWhiteSpace(ScoreColumnName), nameof(ScoreColumnName), Quoted(ScoreColumnName), "the name of a column");
            Require(
                !string.IsNullOrWhiteSpace(PredictedLabelColumnName), nameof(PredictedLabelColumnName), Quoted(PredictedLabelColumnName),
                "the name of a column");
            Require(
                ScoreColumnName != PredictedLabelColumnName, nameof(ScoreColumnName), Quoted(ScoreColumnName),
                "another name than 'PredictedLabelColumnName'");
            Require(Backbone is not null, nameof(Backbone), null, "a backbone, 'Backbones.ResNet18' for instance");
            Require(
                ValidationSetFraction is null or (> 0 and < 1), nameof(ValidationSetFraction), ValidationSetFraction,
                "above 0 and below 1, or null");
            Require(
                ValidationSetFraction is null || ValidationSet is null, nameof(ValidationSetFraction), ValidationSetFraction,
                "null when there is a 'ValidationSet'");
            Require(Teacher is not "", nameof(Teacher), "empty", "the path of a saved image classifier, or null for none");
            Require(Teacher is null || TeacherModel is null, nameof(Teacher), Quoted(Teacher), "null when there is a 'TeacherModel'");
            Require(
                !CacheFeatures || FineTune == FineTuneKind.All || (Teacher is null && TeacherModel is null), nameof(CacheFeatures),
                CacheFeatures, $"false with a teacher while 'FineTune' is {FineTune}: cached features show it no images");
            Require(
                !SyncBatchNorm || Backbone is not DenseNetSpec { MemoryEfficient: true }, nameof(SyncBatchNorm), SyncBatchNorm,
                "false where 'MemoryEfficient' computes normalizations a second time");
            Require(
                !SyncBatchNorm || Backbone is not (ResNetSpec { StochasticDepth.PerSample: false }
                    or ResNetV2Spec { StochasticDepth.PerSample: false } or XceptionSpec { StochasticDepth.PerSample: false }
                    or InceptionResNetSpec { StochasticDepth.PerSample: false }), nameof(SyncBatchNorm), SyncBatchNorm,
                "false where 'StochasticDepth' leaves out layers for whole batches, unless its 'PerSample' is true");
            BackboneInput.Validate(Backbone!, Weights, Preprocessing, ImageSize);
            Augmentation?.ValidateFor(Backbone!.InputChannels);
            Scoring?.Validate();
        }

        private static string Quoted(string? name) => $"'{name}'";
    }
}
