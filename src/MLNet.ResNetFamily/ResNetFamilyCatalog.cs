using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What this library adds to the catalogs of an <see cref="MLContext"/>: the front door.</summary>
public static partial class ResNetFamilyCatalog
{
    /// <summary>Finds the images of a folder that has one folder for each class. No file is opened before it is needed.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Data</c>.</param>
    /// <param name="folder">The folder; the names of the folders in it are the labels.</param>
    /// <returns>Data with the text columns <c>ImagePath</c> and <c>Label</c>, sorted by class and name.</returns>
    /// <exception cref="ArgumentException"><paramref name="folder"/> does not hold folders of images.</exception>
    public static IDataView LoadImageFolder(this DataOperationsCatalog catalog, string folder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ImageFolder.Load(folder);
    }

    /// <summary>
    /// Reads a manifest: a text file with a line for each image, its fields parted by commas (by tabs in .tsv files) and in double quotes
    /// where they hold one. The first line names the columns. No image is opened before it is needed.
    /// </summary>
    /// <param name="catalog">The catalog <c>mlContext.Data</c>.</param>
    /// <param name="path">The file. Paths of images begin at its folder, unless they are absolute.</param>
    /// <param name="labelSeparator">
    /// What parts the labels of an image that may show several classes, <c>'|'</c> for instance: the labels are then a vector of text,
    /// empty where the field is. Null, the default, where each image has one label, which is text.
    /// </param>
    /// <param name="imagePathColumnName">
    /// What the first line calls the column of the paths, in upper or lower case. <c>ImagePath</c> by default.
    /// </param>
    /// <param name="labelColumnName">The same of the labels. <c>Label</c> by default.</param>
    /// <returns>Data with the columns <c>ImagePath</c> and <c>Label</c>, in the order of the file.</returns>
    /// <exception cref="ArgumentException">There is no such file, or it is a .txt file, which lists paths alone.</exception>
    /// <exception cref="InvalidDataException">
    /// A column or all rows are missing, a line cannot be read, or several lines are about one image that may show several classes.
    /// </exception>
    public static IDataView LoadImageManifest(
        this DataOperationsCatalog catalog, string path, char? labelSeparator = null, string imagePathColumnName = "ImagePath",
        string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ImageManifest.Load(catalog, path, labelSeparator, imagePathColumnName, labelColumnName);
    }

    /// <summary>
    /// Splits labeled data in two, the same part of every class. ML.NET's <c>TrainTestSplit</c> leaves the parts to chance, and with the
    /// label as its sampling key it puts whole classes on one side.
    /// </summary>
    /// <param name="catalog">The catalog <c>mlContext.Data</c>.</param>
    /// <param name="data">Data that give the same rows in the same order each time; the labels are read now, all else when needed.</param>
    /// <param name="testFraction">
    /// Part that goes to the test set, above 0 and below 1; 0.1 by default. Of each class at least one row is left to train with.
    /// </param>
    /// <param name="labelColumnName">
    /// Name of the label column, text or a key, or a vector of them: every label then gives the same part, as near to it as images of
    /// several allow. <c>Label</c> by default.
    /// </param>
    /// <param name="seed">
    /// Random seed of the choice; null, the default, means that of the <c>MLContext</c>, or 1 where it has none.
    /// </param>
    /// <returns>Two views of the data, each in their order.</returns>
    /// <exception cref="ArgumentException">
    /// The fraction or the label column cannot work, or there are too few rows for a test set.
    /// </exception>
    public static (IDataView TrainSet, IDataView TestSet) StratifiedSplit(
        this DataOperationsCatalog catalog, IDataView data, double testFraction = 0.1, string labelColumnName = "Label", int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return RowSplit.Of(data, testFraction, labelColumnName, seed ?? MLNetInternals.Seed(MLNetInternals.Environment(catalog)) ?? 1);
    }

    /// <summary>A classifier with any backbone and every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="options">What to train and how; not changed.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageClassifierTrainer ImageClassifier(this TransformsCatalog catalog, ImageClassifierTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A classifier with any backbone and every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="options">What to train and how; not changed.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">
    /// An option cannot work, or an image may show several classes, which is no multiclass classification.
    /// </exception>
    public static ImageClassifierTrainer ImageClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ImageClassifierTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return !options.MultiLabel ? new(MLNetInternals.Environment(catalog), options) : throw new ArgumentException(
            "Option 'MultiLabel' is true, but in ML.NET's multiclass classification an image shows one class. " +
            "Take mlContext.Transforms.MultiLabelImageClassifier.", nameof(options));
    }

    /// <summary>A classifier for images that may show several classes, with any backbone and every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="options">
    /// What to train and how; not changed. <see cref="ImageClassifierTrainer.Options.MultiLabel"/> counts as true.
    /// </param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageClassifierTrainer MultiLabelImageClassifier(
        this TransformsCatalog catalog, ImageClassifierTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(MLNetInternals.Environment(catalog), options with { MultiLabel = true });
    }

    /// <summary>
    /// A classifier for images that may show several classes, with good defaults: AdamW, and mean average precision says which epoch is
    /// best.
    /// </summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="backbone">The network; null, the default, means <see cref="Backbones.ResNet50"/>.</param>
    /// <param name="labelColumnName">Name of the label column, a vector of keys or of text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the classes that an image is said to show.</param>
    /// <param name="validationSet">
    /// Data that every epoch is validated on and the thresholds are tuned on, with the same columns; null, the default, for none.
    /// </param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    public static ImageClassifierTrainer MultiLabelImageClassifier(
        this TransformsCatalog catalog, BackboneSpec? backbone = null, string labelColumnName = "Label", string? imageColumnName = null,
        string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.MultiLabelImageClassifier(
            Options(
                backbone ?? Backbones.ResNet50, labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName, validationSet)
            with
            {
                Optimizer = OptimizerKind.AdamW,
                BestMetric = TrainingMetric.ValidationMeanAveragePrecision,
            });

    /// <summary>Several image classifiers of the same classes as one, which averages their probabilities.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="models">
    /// At least two classifiers, or fitted or loaded pipelines with one, of which the classifier alone is taken: steps that make its image
    /// column go before the ensemble. Their backbones, preprocessing and order of classes may differ. From now on the classifiers belong
    /// to the ensemble, which disposes of them; columns are named as the first one names them.
    /// </param>
    /// <param name="weights">Weight of each model in the mean, above 0, in any scale; null, the default, for equal ones.</param>
    /// <returns>The ensemble; nothing is to be trained.</returns>
    /// <exception cref="ArgumentException">
    /// There are fewer than two models, one holds no classifier, some give an image several labels and others one, their classes or image
    /// columns differ, or a weight cannot be.
    /// </exception>
    public static ImageEnsembleTransformer ImageEnsemble(
        this TransformsCatalog catalog, IReadOnlyList<ITransformer> models, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var members = EnsembleCheck.Members(models);
        return new(MLNetInternals.Environment(catalog), members, EnsembleCheck.Weights(weights, members.Length));
    }

    /// <summary>Turns images into feature vectors of fixed size with a frozen backbone, for any ML.NET trainer to learn from.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column that the features go to.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="backbone">The network; null means <see cref="Backbones.ResNet18"/>.</param>
    /// <param name="weights">
    /// Its weights: <see cref="PretrainedWeights.ImageNet"/>, the name of published weights, or the path of a file; null means random ones,
    /// which see little.
    /// </param>
    /// <returns>The estimator, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageFeaturizerEstimator ImageFeaturizer(
        this TransformsCatalog catalog, string outputColumnName = "Features", string? imageColumnName = null, BackboneSpec? backbone = null,
        string? weights = null) =>
        catalog.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            Backbone = backbone ?? Backbones.ResNet18,
            Weights = weights,
        });

    /// <summary>Turns images into feature vectors of fixed size with a frozen backbone, with every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="options">Which backbone, weights and columns; not changed.</param>
    /// <returns>The estimator, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageFeaturizerEstimator ImageFeaturizer(this TransformsCatalog catalog, ImageFeaturizerEstimator.Options options) =>
        new(MLNetInternals.Environment(catalog), options);
}
