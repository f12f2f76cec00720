namespace MLNet.ResNetFamily.Cli;

/// <summary>What merged shards come to.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rows">Images in it.</param>
/// <param name="Skipped">Those that could not be read.</param>
/// <param name="Seconds">The sum of the shards' times.</param>
/// <param name="Scores">The answers beside the truth; null where there were no labels, or may be several.</param>
/// <param name="LabelSets">The same where there may be several; null otherwise.</param>
internal sealed record MergedShards(
    string Path, long Rows, IReadOnlyList<BadImage> Skipped, double Seconds, LabeledScores? Scores, MultiLabelEvaluation? LabelSets)
{
    /// <summary>Prints the figures where there were labels, else where the result is and what could not be read.</summary>
    public void Show(Results results)
    {
        if (Scores is not null)
        {
            EvaluationText.Show(results, Scores);
            return;
        }
        if (LabelSets is not null)
        {
            EvaluationText.Show(results, LabelSets);
            return;
        }
        results.Json(new { Path, Rows, Skipped = Skipped.Count, Seconds });
        results.Text($"{Rows:N0} images in '{Path}', {Seconds:F1} s");
        foreach (var image in Skipped)
            Results.Note($"'{image.Origin}': {image.Reason}");
    }
}
