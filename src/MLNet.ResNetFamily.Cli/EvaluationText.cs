using Spectre.Console;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What a model's answers to labeled images come to, as a command says it.</summary>
internal static class EvaluationText
{
    /// <summary>Prints the figures, a table of the classes, and what could not be read.</summary>
    public static void Show(Results results, LabeledScores scores)
    {
        var correct = scores.Rows.Count(row => row.IsRight);
        results.Json(new
        {
            Images = scores.Rows.Count, Correct = correct, scores.Accuracy, Top5 = scores.TopFive, scores.LogLoss, scores.Seconds,
            Skipped = scores.Skipped.Select(image => new { Path = image.Origin, image.Reason }),
        });
        results.Text(
            $"{correct} of {scores.Rows.Count} images right ({scores.Accuracy:P2}), among the first five {scores.TopFive:P2}, " +
            $"log-loss {scores.LogLoss:F4}, {scores.Seconds:F1} s");
        results.Show(ClassTable(new(scores)));
        foreach (var image in scores.Skipped)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
    }

    private static Table ClassTable(Confusion confusion)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("class", "images", "precision", "recall", "F1", "most often taken for");
        foreach (var column in table.Columns.Skip(1).Take(4))
            column.RightAligned();
        var mostOften = confusion.Mistakes.DistinctBy(mistake => mistake.Label).ToDictionary(mistake => mistake.Label);
        foreach (var c in confusion.Classes)
        {
            var mistake = mostOften.GetValueOrDefault(c.Index);
            table.AddRow(
                Markup.Escape(c.Name), $"{c.Count:N0}", $"{c.Precision:P1}", $"{c.Recall:P1}", $"{c.F1:P1}",
                mistake.Count == 0 ? "" : Markup.Escape($"{confusion.ClassNames[mistake.Predicted]} ({mistake.Count})"));
        }
        return table;
    }
}
