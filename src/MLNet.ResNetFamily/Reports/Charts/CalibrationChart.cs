using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Confidence against accuracy: bars on the diagonal mean that a model is as often right as it says.</summary>
internal static class CalibrationChart
{
    public static Html Draw(Calibration calibration)
    {
        return SvgChart.Draw(new("Confidence and accuracy", "confidence (%)", "accuracy (%)",
            [
                new("share that is right", ChartMark.Bars, [.. Enumerable.Range(0, Calibration.BinCount)
                    .Select(index => new ChartPoint((index + 0.5) * 100 / Calibration.BinCount, AccuracyOf(index) * 100))]),
                new("as sure as right", ChartMark.Guide, [new(0, 0), new(100, 100)]),
            ])
        {
            Size = (380, 260),
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"Accuracy by confidence. The expected calibration error is {calibration.ExpectedError * 100:F1} percentage points."),
            XRange = (0, 100),
            YRange = (0, 100),
        });

        double AccuracyOf(int index) => calibration.Bins.FirstOrDefault(bin => bin.Index == index)?.Accuracy ?? double.NaN;
    }
}
