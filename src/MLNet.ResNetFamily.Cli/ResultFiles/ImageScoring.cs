using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Applies a classifier to a stream of images of any length.</summary>
/// <param name="mlContext">The context.</param>
/// <param name="model">A model that takes 'ImagePath'.</param>
/// <param name="scoring">How to score.</param>
/// <param name="answer">Adds the answer to an image's line, given the label and the probability of each class.</param>
internal sealed class ImageScoring(
    MLContext mlContext, ITransformer model, ScoringOptions scoring, Func<ScoredImage, string?, float[], ScoredImage> answer)
{
    // Long enough that starting over does not show, short enough for the memory.
    private const int ImagesTogether = 1024;

    private readonly string _scoreColumn = model.Classifier().Columns.Score;

    public ScoringOptions Options => scoring;

    public IReadOnlyList<string> ClassNames { get; } = model.Classifier().ClassNames;

    /// <summary>What parts the labels of an image that is measured with several; null otherwise.</summary>
    public char? LabelSeparator { get; private init; }

    /// <summary>From which probability on an image gets the label of each class; null where it gets one.</summary>
    public IReadOnlyList<float>? Thresholds { get; } = model.Classifier().Thresholds;

    /// <summary>Images that go through the network together.</summary>
    public int BatchSize { get; } =
        Math.Max(1, scoring.BatchSize / new TestTimeViews(model.Classifier().Members[0].Preprocessing, scoring.TestTimeAugmentation).Count);

    /// <summary>The <paramref name="top"/> most probable classes, and the labels where an image may get several.</summary>
    public static ImageScoring Predictions(MLContext mlContext, ITransformer model, ScoringOptions scoring, int top)
    {
        var classes = model.Classifier().ClassNames;
        var thresholds = model.Classifier().Thresholds;
        return new(mlContext, model, scoring, (image, _, scores) => image with
        {
            Labels = thresholds is null ? null : [.. classes.Where((_, index) => scores[index] >= thresholds[index])],
            Predictions =
                [.. classes.Zip(scores, (name, score) => new Prediction(name, score)).OrderByDescending(p => p.Probability).Take(top)],
        });
    }

    /// <summary>What measures a model: the answer beside the truth.</summary>
    public static ImageScoring Measurement(MLContext mlContext, ITransformer model, ScoringOptions scoring)
    {
        var classes = model.Classifier().ClassNames;
        var numbers = classes.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
        return new(mlContext, model, scoring, (image, label, scores) =>
        {
            var score = LabeledScore.Of(image.Row, numbers[label!], scores);
            return image with
            {
                Predicted = classes[score.Predicted], Confidence = score.Confidence,
                LabelProbability = score.LabelProbability, LabelRank = score.LabelRank,
            };
        });
    }

    /// <summary>The same of a model that may give an image several labels.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="model">The model.</param>
    /// <param name="scoring">How to score.</param>
    /// <param name="separator">What parts the labels of an image.</param>
    public static ImageScoring LabelMeasurement(MLContext mlContext, ITransformer model, ScoringOptions scoring, char separator)
    {
        var (classes, thresholds) = (model.Classifier().ClassNames, model.Classifier().Thresholds!);
        return new(mlContext, model, scoring, (image, _, scores) => image with
        {
            Predicted = string.Join(separator, classes.Where((_, index) => scores[index] >= thresholds[index])), Scores = scores,
        })
        {
            LabelSeparator = separator,
        };
    }

    /// <summary>Scores images, each with its number, which are read once.</summary>
    public IEnumerable<ScoredImage> Score(IEnumerable<(long Row, InputImage Image)> images)
    {
        // Scoring reads its data twice at the same time, so it gets them in pieces; whole batches, so that these are those of one piece.
        foreach (var piece in images.Chunk((ImagesTogether + BatchSize - 1) / BatchSize * BatchSize))
        {
            var skipped = new BadImageList();
            var photos = piece.Select(item => new Photo { ImagePath = item.Image.Path, Label = item.Image.Label ?? "" });
            var scored = ClassifierFinder.Transform(
                model, mlContext.Data.LoadFromEnumerable(photos.ToList()),
                scoring with { OnBadImage = OnBadImage.Skip, BadImages = skipped });
            foreach (var ((row, (path, label)), scores) in piece.Zip(scored.GetColumn<float[]>(_scoreColumn)))
            {
                var image = new ScoredImage(row, path) { Bytes = LengthOf(path), Label = label };
                yield return float.IsNaN(scores[0])
                    ? image with { Error = skipped.LastOrDefault(bad => bad.Origin == path)?.Reason ?? "The network answers NaN." }
                    : answer(image, label, scores);
            }
        }
    }

    /// <summary>Length of a file; null where there is none.</summary>
    public static long? LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;

    private sealed class Photo
    {
        public string ImagePath { get; init; } = "";

        // The model's pipeline was trained with labels; scoring does not look at them.
        public string Label { get; init; } = "";
    }
}
