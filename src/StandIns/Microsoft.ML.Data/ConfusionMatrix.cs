using System.Text;

namespace Microsoft.ML.Data;

/// <summary>How often rows of one class (first index) were taken for another (second index).</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        _names = names;
        Counts = counts;
        PerClassRecall = counts.Select((row, i) => Ratio(row[i], row.Sum())).ToArray();
        PerClassPrecision = counts.Select((row, i) => Ratio(row[i], counts.Sum(other => other[i]))).ToArray();
    }

    public IReadOnlyList<double> PerClassPrecision { get; }

    public IReadOnlyList<double> PerClassRecall { get; }

    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public int NumberOfClasses => Counts.Count;

    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        const string Message = "Invalid index. Should be non-negative, less than the number of classes.";
        Contracts.CheckParam(
            predictedClassIndicatorIndex >= 0 && predictedClassIndicatorIndex < NumberOfClasses, nameof(predictedClassIndicatorIndex), Message);
        Contracts.CheckParam(
            actualClassIndicatorIndex >= 0 && actualClassIndicatorIndex < NumberOfClasses, nameof(actualClassIndicatorIndex), Message);
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    /// <summary>A table for people. Columns are headed by numbers where a name is too long for one.</summary>
    public string GetFormattedConfusionTable()
    {
        var width = NumberOfClasses == 2 ? 8 : 5;
        var longest = _names.Max(name => name.Length);
        var useNumbers = longest > width;
        var digits = (NumberOfClasses - 1).ToString().Length;
        var labelWidth = Math.Max("PREDICTED".Length, useNumbers ? longest + digits + 2 : longest);
        var padding = new string(' ', labelWidth - "PREDICTED".Length);
        var rule = string.Concat(Enumerable.Repeat(NumberOfClasses > 2 ? "========" : "===========", NumberOfClasses));

        var table = new StringBuilder();
        table.AppendLine().AppendLine("Confusion table");
        table.AppendLine($"          {padding}||{rule}");
        table.Append($"PREDICTED {padding}||");
        for (var i = 0; i < NumberOfClasses; i++)
            table.Append($" {(useNumbers ? i.ToString() : _names[i]).PadLeft(width)} |");
        table.AppendLine(" Recall");
        table.AppendLine($"TRUTH     {padding}||{rule}");
        for (var i = 0; i < NumberOfClasses; i++)
        {
            var label = useNumbers
                ? $"{i.ToString().PadLeft(digits)}. {_names[i].PadLeft(labelWidth - digits - 2)}"
                : _names[i].PadLeft(labelWidth);
            table.Append($"{label} ||");
            foreach (var count in Counts[i])
                table.Append($" {count.ToString("N0").PadLeft(width)} |");
            table.AppendLine($" {PerClassRecall[i],5:F4}");
        }

        table.AppendLine($"          {padding}||{rule}");
        table.Append($"Precision {padding}||");
        foreach (var precision in PerClassPrecision)
            table.Append($"{precision.ToString("N4").PadLeft(width + 1)} |");
        return table.AppendLine().ToString();
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;
}
