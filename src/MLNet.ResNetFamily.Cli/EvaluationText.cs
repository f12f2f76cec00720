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
        results.Show(ClassTable(new Confusion(scores)));
        foreach (var image in scores.Skipped)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
    }

    /// <summary>The same of a model that may give an image several labels.</summary>
    public static void Show(Results results, MultiLabelEvaluation evaluation)
    {
        var (metrics, seconds) = (evaluation.Metrics, evaluation.Seconds);
        results.Json(new
        {
            Images = metrics.ImageCount, metrics.MicroF1, metrics.MacroF1, metrics.MicroAveragePrecision, metrics.MacroAveragePrecision,
            metrics.SubsetAccuracy, metrics.HammingLoss, Seconds = seconds,
            Classes = metrics.PerClass.Select(c => new
            {
                c.Name, Images = c.Count, c.Threshold, c.Precision, c.Recall, c.F1, c.AveragePrecision,
            }),
            Skipped = evaluation.Skipped.Select(image => new { Path = image.Origin, image.Reason }),
        });
        results.Text(
            $"{metrics.ImageCount} images: {Summary(metrics)}, all labels right in {metrics.SubsetAccuracy:P2} of the images, " +
            $"{seconds:F1} s");
        results.Show(ClassTable(metrics));
        foreach (var image in evaluation.Skipped)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
    }

    /// <summary>The figures of such a model in one line.</summary>
    public static string Summary(MultiLabelClassificationMetrics metrics) => FormattableString.Invariant(
        $"micro F1 {metrics.MicroF1:F4}, macro F1 {metrics.MacroF1:F4}, mean average precision {metrics.MacroAveragePrecision:F4}");

    private static Table ClassTable(MultiLabelClassificationMetrics metrics)
    {
        var table = Columns("class", "images", "threshold", "precision", "recall", "F1", "average precision");
        foreach (var c in metrics.PerClass)
        {
            table.AddRow(
                Markup.Escape(c.Name), $"{c.Count:N0}", $"{c.Threshold:F3}", $"{c.Precision:P1}", $"{c.Recall:P1}", $"{c.F1:P1}",
                $"{c.AveragePrecision:P1}");
        }
        return table;
    }

    private static Table ClassTable(Confusion confusion)
    {
        var table = Columns("class", "images", "precision", "recall", "F1", "most often taken for");
        table.Columns[^1].LeftAligned();
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

    private static Table Columns(params string[] names)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(names);
        foreach (var column in table.Columns.Skip(1))
            column.RightAligned();
        return table;
    }
}
