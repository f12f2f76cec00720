namespace MLNet.ResNetFamily;

/// <summary>Whether the model's probabilities mean what they say.</summary>
internal static class CalibrationSection
{
    public static ReportSection Write(Calibration calibration) => new("calibration", "Calibration", Html.Of($"""
        <p>Expected calibration error: <strong>{calibration.ExpectedError * 100:F1} percentage points</strong>, {Leaning(calibration)}</p>
        <div class="charts">
        {CalibrationChart.Draw(calibration)}
        <div class="scroll" tabindex="0" role="region" aria-label="Answers by confidence">
        <table class="numbers">
        <thead><tr>
        <th scope="col">Confidence</th><th scope="col">Images</th><th scope="col">Mean confidence</th><th scope="col">Right</th>
        </tr></thead>
        <tbody>
        {Html.Each(calibration.Bins, Row)}
        </tbody></table></div>
        </div>
        """));

    private static Html Row(Calibration.Bin bin) => Html.Of($"""
        <tr><th scope="row">{bin.Index * 100.0 / Calibration.BinCount:F0} to {(bin.Index + 1) * 100.0 / Calibration.BinCount:F0} %</th>
        <td>{bin.Count:N0}</td><td>{bin.Confidence * 100:F1} %</td><td>{bin.Accuracy * 100:F1} %</td></tr>
        """);

    private static string Leaning(Calibration calibration)
    {
        if (calibration.ExpectedError < 0.05)
            return "so the probabilities can be taken at their word.";
        return calibration.Bins.Sum(bin => bin.Count * (bin.Confidence - bin.Accuracy)) > 0
            ? "and the model is surer than it is right."
            : "and the model is more often right than it is sure.";
    }
}
