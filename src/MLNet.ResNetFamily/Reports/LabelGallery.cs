using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Picks images that are worth looking at, each with what speaks for one of the labels.</summary>
/// <param name="classifier">Explains its answers.</param>
/// <param name="data">The data as the classifier gets them.</param>
/// <param name="answers">What it answered.</param>
internal sealed class LabelGallery(IImageClassifier classifier, IDataView data, LabelSetScores answers)
{
    private const int MostLabels = 40;

    private readonly IReadOnlyList<float> _thresholds = classifier.Thresholds!;

    /// <summary>For each label that images show, and the model knows among the first 40, the most probable of them.</summary>
    public IReadOnlyList<ExplainedLabel> Surest() => Explain(
        [.. Decisions.Where(decision => decision.IsShown).GroupBy(decision => decision.Label)
            .Select(label => label.MaxBy(decision => decision.Probability)!).OrderBy(decision => decision.Label).Take(MostLabels)]);

    /// <summary>Labels given wrongly, those first that are farthest above their threshold.</summary>
    public IReadOnlyList<ExplainedLabel> Wrong(int count) => Explain(
        [.. Decisions.Where(decision => !decision.IsShown && Margin(decision) >= 0).OrderByDescending(Margin).Take(count)]);

    /// <summary>Labels that were missed, those first that are farthest below their threshold.</summary>
    public IReadOnlyList<ExplainedLabel> Missed(int count) => Explain(
        [.. Decisions.Where(decision => decision.IsShown && Margin(decision) < 0).OrderBy(Margin).Take(count)]);

    private IEnumerable<Decision> Decisions => Enumerable.Range(0, answers.Rows.Count).SelectMany(
        place => Enumerable.Range(0, classifier.ClassNames.Count).Select(label => new Decision(
            place, label, answers.Scores.Probability(place, label), answers.Scores.IsShown(place, label))));

    private float Margin(Decision decision) => decision.Probability - _thresholds[decision.Label];

    private ExplainedLabel[] Explain(IReadOnlyList<Decision> decisions)
    {
        var wanted = decisions.ToLookup(decision => answers.Rows[decision.Place]);
        var found = new Dictionary<Decision, ExplainedLabel>();
        var image = ImageColumn.Find(data, classifier.Columns.Image, classifier.Members[0].Preprocessing.Channels);
        using var cursor = data.GetRowCursor([data.Schema[image.Index]]);
        var read = image.CreateReader(cursor);
        while (found.Count < decisions.Count && cursor.MoveNext())
        {
            foreach (var decision in wanted[cursor.Position])
                found[decision] = Explain(decision, read());
        }
        return [.. decisions.Where(found.ContainsKey).Select(decision => found[decision])];
    }

    private ExplainedLabel Explain(Decision decision, ImageItem item)
    {
        using var image = item.Decode(DecodeOptions.For(classifier.Members[0].Preprocessing, classifier.Scoring.MaxPixels));
        using var small = Thumbnail.Shrink(image);
        var name = classifier.ClassNames[decision.Label];
        var shown = classifier.ClassNames.Where((_, label) => answers.Scores.IsShown(decision.Place, label));
        return new(
            item.Origin, name, [.. shown], decision.Probability, _thresholds[decision.Label], Thumbnail.Of(small),
            classifier.Members is [{ CanExplain: true } only] ? Overlay(only, name, new(image, item.Origin), small) : null);
    }

    private static Thumbnail Overlay(ImageClassifierTransformer classifier, string label, DecodedImage image, RgbImage small)
    {
        using var overlay = HeatmapOverlay.Draw(small, classifier.Explain(image, label).Heatmap.Resized(small.Width, small.Height));
        return Thumbnail.Of(overlay);
    }

    // About one label of one image.
    private sealed record Decision(int Place, int Label, float Probability, bool IsShown);
}
