namespace MLNet.ResNetFamily;

/// <summary>Confidence against accuracy: bars on the diagonal mean that a model is as often right as it says.</summary>
internal static class CalibrationChart
{
    public static Html Draw(Calibration calibration)
    {
        var frame = new ChartFrame(new("confidence, %", 0, 100, "0"), new("accuracy, %", 0, 100, "0"));
        return Html.Of($"""
            <figure class="chart">
            <figcaption>Confidence and accuracy</figcaption>
            <ul class="legend"><li class="series0">share that is right</li><li class="ideal">as sure as right</li></ul>
            {frame.Draw($"Accuracy by confidence. The expected calibration error is {calibration.ExpectedError * 100:F1} percentage points.", Html.Of($"""
                {Html.Each(calibration.Bins, bin => Bar(frame, bin))}
                <line class="ideal" x1="{frame.X(0)}" y1="{frame.Y(0)}" x2="{frame.X(100)}" y2="{frame.Y(100)}"/>
                """))}
            </figure>
            """);
    }

    private static Html Bar(ChartFrame frame, Calibration.Bin bin)
    {
        var (low, high) = (bin.Index * 100.0 / Calibration.BinCount, (bin.Index + 1) * 100.0 / Calibration.BinCount);
        var top = frame.Y(bin.Accuracy * 100);
        return Html.Of($"""
            <rect class="series0" x="{frame.X(low) + 1.5:F1}" width="{frame.X(high) - frame.X(low) - 3:F1}" y="{top:F1}" height="{frame.Y(0) - top:F1}"><title>{low:F0} to {high:F0} % confident: {bin.Count} pictures, {bin.Accuracy:P1} right</title></rect>
            """);
    }
}
