using Microsoft.ML;

namespace MLNet.ResNetFamily;

// The same short forms on mlContext.MulticlassClassification.Trainers, where ML.NET's own trainers are.
public static partial class ResNetFamilyCatalog
{
    /// <summary>A classifier with a residual network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="depth">Layers of the network: 18, 34, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>
    /// He et al., "Deep Residual Learning for Image Recognition" (2015), https://arxiv.org/abs/1512.03385. Every option:
    /// <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.ResNet(depth)</c>.
    /// </remarks>
    public static ImageClassifierTrainer ResNetClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int depth = 50, string labelColumnName = "Label",
        string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.ResNet(depth), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName, validationSet));

    /// <summary>A classifier with a residual network with pre-activation, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="depth">Layers of the network: 18, 34, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>
    /// He et al., "Identity Mappings in Deep Residual Networks" (2016), https://arxiv.org/abs/1603.05027. Every option:
    /// <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.ResNetV2(depth)</c>.
    /// </remarks>
    public static ImageClassifierTrainer ResNetV2Classifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int depth = 50, string labelColumnName = "Label",
        string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.ResNetV2(depth), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName, validationSet));

    /// <summary>A classifier with a ResNeXt, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="cardinality">Groups of the 3×3 convolutions, at least 1. 32 by default.</param>
    /// <param name="baseWidth">Channels of a group in the first stage, at least 1. 4 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth, or a number is below 1.</exception>
    /// <remarks>
    /// Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2016), https://arxiv.org/abs/1611.05431. Every option:
    /// <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.ResNeXt(depth, cardinality, baseWidth)</c>.
    /// </remarks>
    public static ImageClassifierTrainer ResNeXtClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int depth = 50, int cardinality = 32,
        int baseWidth = 4, string labelColumnName = "Label", string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.ResNeXt(depth, cardinality, baseWidth), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName,
            validationSet));

    /// <summary>A classifier with a wide residual network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="depth">Layers of the network: 26, 50, 101, 152 or 200. 50 by default.</param>
    /// <param name="widthFactor">How many times wider its 3×3 convolutions are than those of a ResNet, at least 1. 2 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth, or the factor is below 1.</exception>
    /// <remarks>
    /// Zagoruyko and Komodakis, "Wide Residual Networks" (2016), https://arxiv.org/abs/1605.07146; widened as torchvision does it. Every
    /// option: <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.WideResNet(depth, widthFactor)</c>.
    /// </remarks>
    public static ImageClassifierTrainer WideResNetClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int depth = 50, int widthFactor = 2,
        string labelColumnName = "Label", string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.WideResNet(depth, widthFactor), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName,
            validationSet));

    /// <summary>A classifier with a densely connected network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="depth">Layers of the network: 121, 161, 169, 201 or 264. 121 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no network of this depth; the message lists those that there are.</exception>
    /// <remarks>
    /// Huang et al., "Densely Connected Convolutional Networks" (2016), https://arxiv.org/abs/1608.06993. Every option:
    /// <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.DenseNet(depth)</c>.
    /// </remarks>
    public static ImageClassifierTrainer DenseNetClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int depth = 121, string labelColumnName = "Label",
        string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.DenseNet(depth), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName, validationSet));

    /// <summary>A classifier with an Xception network, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <remarks>
    /// Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions" (2016), https://arxiv.org/abs/1610.02357. Every option:
    /// <see cref="ImageClassifierTrainer.Options"/> with <c>Backbones.Xception</c>.
    /// </remarks>
    public static ImageClassifierTrainer XceptionClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.Xception, labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName, validationSet));

    /// <summary>A classifier with an Inception-ResNet, trained from scratch with good defaults.</summary>
    /// <param name="catalog">The catalog <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="version">1 or 2, the larger one. 2 by default.</param>
    /// <param name="labelColumnName">Name of the label column, a key or text.</param>
    /// <param name="imageColumnName">
    /// Name of the image column; null, the default, for <c>Image</c> where the data have it, else <c>ImagePath</c>.
    /// </param>
    /// <param name="scoreColumnName">Name of the column for the probabilities.</param>
    /// <param name="predictedLabelColumnName">Name of the column for the most probable class.</param>
    /// <param name="validationSet">Data that every epoch is validated on, with the same columns; null, the default, for none.</param>
    /// <returns>The trainer, to be appended to a pipeline or fitted as it is.</returns>
    /// <exception cref="ArgumentException">There is no such version.</exception>
    /// <remarks>
    /// Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning" (2016),
    /// https://arxiv.org/abs/1602.07261. Every option: <see cref="ImageClassifierTrainer.Options"/> with
    /// <c>Backbones.InceptionResNet(version)</c>.
    /// </remarks>
    public static ImageClassifierTrainer InceptionResNetClassifier(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, int version = 2, string labelColumnName = "Label",
        string? imageColumnName = null, string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel", IDataView? validationSet = null) =>
        catalog.ImageClassifier(Options(
            Backbones.InceptionResNet(version), labelColumnName, imageColumnName, scoreColumnName, predictedLabelColumnName,
            validationSet));
}
