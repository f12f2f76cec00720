namespace MLNet.ResNetFamily;

/// <summary>How good a network is on images that it does not learn from.</summary>
/// <param name="Loss">Mean cross entropy per image, in nats; where an image may show several classes, that of a class.</param>
/// <param name="Accuracy">Share of the images that are labeled rightly.</param>
/// <param name="MacroF1">Mean of F1 over the classes.</param>
/// <param name="Top5Accuracy">Share of the images whose class is among the five most probable; null where it may show several.</param>
/// <param name="MeanAveragePrecision">Mean of average precision over the classes; null where an image shows one.</param>
internal sealed record ValidationFigures(
    double Loss, double Accuracy, double MacroF1, double? Top5Accuracy = null, double? MeanAveragePrecision = null);
