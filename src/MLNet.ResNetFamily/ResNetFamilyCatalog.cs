using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What this library adds to the catalogs of an <see cref="MLContext"/>: the front door.</summary>
public static class ResNetFamilyCatalog
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

    /// <summary>A classifier with a residual network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 18, 34, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="imageColumnName">Name of the image column: MLImage, paths, encoded files or pixels.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>He et al., "Deep Residual Learning for Image Recognition" (2015), https://arxiv.org/abs/1512.03385.</remarks>
    public static ImageClassifierTrainer ResNetClassifier(
        this TransformsCatalog catalog, int depth = 50, string labelColumnName = "Label", string imageColumnName = "Image") =>
        catalog.ImageClassifier(Options(ShortForms.ResNet(depth), labelColumnName, imageColumnName));

    /// <summary>The same with every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 18, 34, 50, 101, 152 or 200.</param>
    /// <param name="options">How to train; not changed. Its backbone is not used.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no such network, or an option cannot work.</exception>
    public static ImageClassifierTrainer ResNetClassifier(this TransformsCatalog catalog, int depth, ImageClassifierTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return catalog.ImageClassifier(options with { Backbone = ShortForms.ResNet(depth) });
    }

    /// <summary>A classifier with a ResNeXt, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="cardinality">Groups of the 3×3 convolutions, at least 1. 32 by default.</param>
    /// <param name="baseWidth">Channels of a group in the first stage, at least 1. 4 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="imageColumnName">Name of the image column: MLImage, paths, encoded files or pixels.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2016), https://arxiv.org/abs/1611.05431.</remarks>
    public static ImageClassifierTrainer ResNeXtClassifier(
        this TransformsCatalog catalog, int depth = 50, int cardinality = 32, int baseWidth = 4, string labelColumnName = "Label",
        string imageColumnName = "Image") =>
        catalog.ImageClassifier(Options(ShortForms.ResNeXt(depth, cardinality, baseWidth), labelColumnName, imageColumnName));

    /// <summary>The same with every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200.</param>
    /// <param name="cardinality">Groups of the 3×3 convolutions, at least 1.</param>
    /// <param name="baseWidth">Channels of a group in the first stage, at least 1.</param>
    /// <param name="options">How to train; not changed. Its backbone is not used.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no such network, or an option cannot work.</exception>
    public static ImageClassifierTrainer ResNeXtClassifier(this TransformsCatalog catalog, int depth, int cardinality, int baseWidth, ImageClassifierTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return catalog.ImageClassifier(options with { Backbone = ShortForms.ResNeXt(depth, cardinality, baseWidth) });
    }

    /// <summary>A classifier with a wide residual network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="widthFactor">How many times wider its 3×3 convolutions are than those of a ResNet, at least 1. 2 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="imageColumnName">Name of the image column: MLImage, paths, encoded files or pixels.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>Zagoruyko and Komodakis, "Wide Residual Networks" (2016), https://arxiv.org/abs/1605.07146; widened as torchvision does it.</remarks>
    public static ImageClassifierTrainer WideResNetClassifier(
        this TransformsCatalog catalog, int depth = 50, int widthFactor = 2, string labelColumnName = "Label", string imageColumnName = "Image") =>
        catalog.ImageClassifier(Options(ShortForms.WideResNet(depth, widthFactor), labelColumnName, imageColumnName));

    /// <summary>The same with every option.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200.</param>
    /// <param name="widthFactor">How many times wider its 3×3 convolutions are than those of a ResNet, at least 1.</param>
    /// <param name="options">How to train; not changed. Its backbone is not used.</param>
    /// <returns>The trainer, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">There is no such network, or an option cannot work.</exception>
    public static ImageClassifierTrainer WideResNetClassifier(this TransformsCatalog catalog, int depth, int widthFactor, ImageClassifierTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return catalog.ImageClassifier(options with { Backbone = ShortForms.WideResNet(depth, widthFactor) });
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
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageClassifierTrainer ImageClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ImageClassifierTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>Turns images into feature vectors of fixed size with a frozen backbone, for any ML.NET trainer to learn from.</summary>
    /// <param name="catalog">The catalog <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column that the features go to.</param>
    /// <param name="imageColumnName">Name of the image column: MLImage, paths, encoded files or pixels.</param>
    /// <param name="backbone">The network; null means <see cref="Backbones.ResNet18"/>.</param>
    /// <param name="weights">Its weights: <see cref="PretrainedWeights.ImageNet"/>, the name of published weights, or the path of a file; null means random ones, which see little.</param>
    /// <returns>The estimator, to be appended to a pipeline.</returns>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ImageFeaturizerEstimator ImageFeaturizer(
        this TransformsCatalog catalog, string outputColumnName = "Features", string imageColumnName = "Image", BackboneSpec? backbone = null,
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

    private static ImageClassifierTrainer.Options Options(BackboneSpec backbone, string labelColumnName, string imageColumnName) =>
        new() { Backbone = backbone, LabelColumnName = labelColumnName, ImageColumnName = imageColumnName };
}
