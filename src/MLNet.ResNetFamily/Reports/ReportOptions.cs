using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What a report tells beside the model's answers. Every option has a default.</summary>
public sealed record ReportOptions
{
    /// <summary>Heading of the report. <c>Image classifier</c> by default.</summary>
    public string Title { get; init; } = "Image classifier";

    /// <summary>What the labeled data are called, a folder for instance; null, the default, says nothing about it.</summary>
    public string? DataName { get; init; }

    /// <summary>
    /// Name of the label column, a key or text, or a vector of them where an image may have several labels. <c>Label</c> by default.
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>
    /// How the model was trained, for the model card and the augmented samples; null, the default, where that is not known.
    /// </summary>
    public ImageClassifierTrainer.Options? Options { get; init; }

    /// <summary>
    /// The data that the model was trained on, as they were given to the pipeline, for the class balance and the augmented samples; null,
    /// the default, leaves these out. Where an image may have several labels, their number alone is told.
    /// </summary>
    public IDataView? TrainingData { get; init; }

    /// <summary>Most images that each gallery shows. From 0 to 40; 12 by default.</summary>
    public int ImageCount { get; init; } = 12;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Title);
        ArgumentException.ThrowIfNullOrWhiteSpace(LabelColumnName);
        if (ImageCount is < 0 or > 40)
        {
            throw new ArgumentException(
                $"Report option 'ImageCount' is {ImageCount}, but it must be from 0 to 40, so that the page stays small.");
        }
    }
}
