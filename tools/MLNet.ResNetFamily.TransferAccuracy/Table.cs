using System.Globalization;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>Writes what was measured as Markdown, row by row.</summary>
internal static class Table
{
    /// <summary>What holds for all rows, and the first two lines of the table.</summary>
    public static string Head(Options options) => string.Create(
        CultureInfo.InvariantCulture,
        $"`{Backbones.ResNet20MLNet.Name}`, {options.Epochs} epochs, {options.ImageSize} px (`DnnFeaturizeImage`: 224 px); " +
        $"medians of seeds 1 to {options.SeedCount}, and each, where chance has a part:\n\n" +
        $"| folder | start | what learns | right on test | seconds of training |\n" +
        $"| --- | --- | --- | ---: | ---: |");

    /// <summary>The row of a way to learn.</summary>
    public static string Row(Dataset dataset, Method method, IReadOnlyList<Outcome> outcomes)
    {
        var each = string.Join(", ", outcomes.Select(outcome => (100 * outcome.Accuracy).ToString("F1", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {dataset.Name} | {method.Start} | {method.Learns} " +
            $"| {Statistics.Median(outcomes.Select(outcome => outcome.Accuracy)):P1}{(outcomes.Count > 1 ? $" ({each})" : "")} " +
            $"| {Statistics.Median(outcomes.Select(outcome => outcome.Seconds)):F1} |");
    }
}
