using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Picks scored images that are worth looking at, with what speaks for the model's answer.</summary>
/// <param name="classifier">Explains its answers.</param>
/// <param name="scored">The data as the classifier gets them.</param>
/// <param name="scores">What it answered.</param>
internal sealed class Gallery(IImageClassifier classifier, IDataView scored, LabeledScores scores)
{
    /// <summary>The mistakes that the model was surest of.</summary>
    public IReadOnlyList<ExplainedImage> MostConfidentMistakes(int count) =>
        Explain([.. scores.Rows.Where(row => !row.IsRight).OrderByDescending(row => row.Confidence).Take(count)]);

    /// <summary>The right answers that the model was least sure of.</summary>
    public IReadOnlyList<ExplainedImage> LeastConfidentHits(int count) =>
        Explain([.. scores.Rows.Where(row => row.IsRight).OrderBy(row => row.Confidence).Take(count)]);

    private ExplainedImage[] Explain(IReadOnlyList<LabeledScore> rows)
    {
        var wanted = rows.ToDictionary(row => row.Row);
        var found = new Dictionary<long, ExplainedImage>();
        var image = ImageColumn.Find(scored, classifier.Columns.Image, classifier.Members[0].Preprocessing.Channels);
        using var cursor = scored.GetRowCursor([scored.Schema[image.Index]]);
        var read = image.CreateReader(cursor);
        while (found.Count < wanted.Count && cursor.MoveNext())
        {
            if (wanted.TryGetValue(cursor.Position, out var row))
                found.Add(row.Row, Explain(row, read()));
        }
        return [.. rows.Where(row => found.ContainsKey(row.Row)).Select(row => found[row.Row])];
    }

    private ExplainedImage Explain(LabeledScore row, ImageItem item)
    {
        using var image = item.Decode(DecodeOptions.For(classifier.Members[0].Preprocessing, classifier.Scoring.MaxPixels));
        using var small = Thumbnail.Shrink(image);
        return new(
            item.Origin, classifier.ClassNames[row.Label], classifier.ClassNames[row.Predicted], row.Confidence, row.LabelProbability,
            Thumbnail.Of(small),
            classifier.Members is [{ CanExplain: true } only] ? Overlay(only, row, new(image, item.Origin), small) : null);
    }

    private static Thumbnail Overlay(ImageClassifierTransformer classifier, LabeledScore row, DecodedImage image, RgbImage small)
    {
        var explanation = classifier.Explain(image, classifier.ClassNames[row.Predicted]);
        using var overlay = HeatmapOverlay.Draw(small, explanation.Heatmap.Resized(small.Width, small.Height));
        return Thumbnail.Of(overlay);
    }
}
