namespace MLNet.ResNetFamily;

/// <summary>How the training went, epoch by epoch.</summary>
internal static class TrainingSection
{
    /// <summary>The section; null when nothing is known of the training.</summary>
    public static ReportSection? Write(TrainingHistory? history)
    {
        if (history is not { Epochs: { Count: > 0 } epochs })
            return null;
        return new("training", "Training", Html.Of($"""
            <div class="charts">
            {Loss(epochs)}
            {Accuracy(epochs)}
            {LearningRate(epochs)}
            </div>
            {(history.IsCanceled ? Html.Of($"""<p class="note">The training was stopped before its last epoch.</p>""") : Html.Empty)}
            <details><summary>All epochs as a table</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="All epochs">
            <table class="numbers">
            <thead><tr>
            <th scope="col">Epoch</th><th scope="col">Training loss</th><th scope="col">Training accuracy</th>
            <th scope="col">Validation loss</th><th scope="col">Validation accuracy</th><th scope="col">Learning rate</th>
            <th scope="col">Images/s</th><th scope="col">Seconds</th>
            </tr></thead>
            <tbody>
            {Html.Each(epochs, Row)}
            </tbody></table></div></details>
            """));
    }

    private static Html Loss(IReadOnlyList<TrainingProgress> epochs) => LineChart.Draw(
        "Loss", "loss (nats)", null, ("training", Values(epochs, e => e.TrainLoss)), ("validation", Values(epochs, e => e.ValidationLoss)));

    private static Html Accuracy(IReadOnlyList<TrainingProgress> epochs) => LineChart.Draw(
        "Accuracy", "accuracy (%)", (0, 100),
        ("training", Values(epochs, e => e.TrainAccuracy * 100)), ("validation", Values(epochs, e => e.ValidationAccuracy * 100)),
        ("validation mAP", Values(epochs, e => e.ValidationMeanAveragePrecision * 100)));

    // Learning rates are small: they are shown as multiples of a power of ten.
    private static Html LearningRate(IReadOnlyList<TrainingProgress> epochs)
    {
        var exponent = (int)Math.Floor(Math.Log10(Math.Max(epochs.Max(e => e.LearningRate), 1e-12)));
        var power = string.Concat($"{exponent}".Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
        return LineChart.Draw(
            "Learning rate at the epoch's end", $"learning rate (10{power})", null,
            ("learning rate", Values(epochs, e => e.LearningRate / Math.Pow(10, exponent))));
    }

    private static Html Row(TrainingProgress e)
    {
        var accuracy = e.ValidationAccuracy is { } share ? Html.Of($"{share * 100:F1} %") : Html.Empty;
        var (rate, seconds) = double.IsNaN(e.Seconds)
            ? (Html.Empty, Html.Empty)
            : (Html.Of($"{e.ImagesPerSecond:F0}"), Html.Of($"{e.Seconds:F1}"));
        return Html.Of($"""
            <tr><th scope="row">{e.Epoch}</th><td>{e.TrainLoss:F4}</td><td>{e.TrainAccuracy * 100:F1} %</td><td>{e.ValidationLoss:F4}</td>
            <td>{accuracy}</td><td>{e.LearningRate:G3}</td><td>{rate}</td><td>{seconds}</td></tr>
            """);
    }

    private static List<double?> Values(IReadOnlyList<TrainingProgress> epochs, Func<TrainingProgress, double?> value) =>
        [.. epochs.Select(value)];
}
