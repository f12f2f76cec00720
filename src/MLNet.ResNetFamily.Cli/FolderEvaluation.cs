using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>How well a model labels a folder of labeled images.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Data">Its images.</param>
/// <param name="Scores">What the model answered.</param>
internal sealed record FolderEvaluation(string Folder, IDataView Data, LabeledScores Scores)
{
    /// <summary>Images that were scored.</summary>
    public int Images => Scores.Rows.Count;

    /// <summary>Images whose most probable label is their folder's name.</summary>
    public int Correct => Scores.Rows.Count(row => row.IsRight);

    public double Accuracy => Scores.Accuracy;

    public double TopFiveAccuracy => Scores.TopFive;

    /// <summary>Mean of -ln(probability of the right label), in nats.</summary>
    public double LogLoss => Scores.LogLoss;

    /// <summary>Time for reading and scoring.</summary>
    public double Seconds => Scores.Seconds;

    /// <summary>The images of a folder that measure a model.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="folder">One sub-folder a class, named like the model's labels; or a manifest or a pattern.</param>
    /// <param name="classNames">The classes that the model knows.</param>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A class of the folder is unknown to the model or has no image.</exception>
    public static IDataView Open(MLContext mlContext, string folder, IEnumerable<string> classNames)
    {
        if (ImageInput.IsList(folder))
        {
            return mlContext.Data.LoadFromEnumerable(
                ImageInput.Labeled(folder, [.. classNames]).Select(image => new { ImagePath = image.Path, image.Label }).ToList());
        }
        var images = mlContext.Data.LoadImageFolder(folder);
        ImageInput.CheckKnown(folder, images.GetColumn<string>("Label").Distinct(), classNames.ToHashSet());
        return images;
    }

    /// <summary>Measures a model.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">A model that takes 'ImagePath' and gives 'Score'.</param>
    /// <param name="folder">One sub-folder a class, named like the model's labels.</param>
    /// <param name="onImage">Is told after each image how many of how many were scored; null for none.</param>
    /// <param name="scoring">How to score; null for the way of the model.</param>
    /// <exception cref="ArgumentException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A class of the folder is unknown to the model, or no image can be read.</exception>
    public static FolderEvaluation Of(
        MLContext mlContext, ITransformer model, string folder, Action<long, long>? onImage = null, ScoringOptions? scoring = null)
    {
        var images = Open(mlContext, folder, model.Classifier().ClassNames);
        try
        {
            // The labels were read to their end, so the images are counted.
            var total = images.GetRowCount()!.Value;
            return new(folder, images, LabeledScores.Of(model, images, "Label", done => onImage?.Invoke(done, total), scoring));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{folder}': {error.Message}", error);
        }
    }

    /// <summary>Writes the report about this evaluation.</summary>
    /// <param name="model">The model that was evaluated.</param>
    /// <param name="reportFolder">Where to.</param>
    /// <param name="options">What else to tell.</param>
    /// <returns>Path of the page.</returns>
    public string WriteReport(ITransformer model, string reportFolder, ReportOptions options) =>
        Report.Write(model, Data, Scores, Path.GetFullPath(reportFolder), options with { DataName = Folder });
}
