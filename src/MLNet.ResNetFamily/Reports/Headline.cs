namespace MLNet.ResNetFamily;

/// <summary>The figures that people look for first.</summary>
internal static class Headline
{
    public static Html Write(LabeledScores scores, Confusion confusion, Calibration calibration) => Html.Of($"""
        <dl class="headline">
        {Figure("Accuracy", $"{scores.Accuracy * 100:F1} %", "most probable class is the true one")}
        {(scores.ClassNames.Count > 5 ? Figure("Top five", $"{scores.TopFive * 100:F1} %", "true class among the first five") : Html.Empty)}
        {Figure("Macro F1", $"{confusion.MacroF1:F3}", "mean over the classes, 0 to 1")}
        {Figure("Log-loss", $"{scores.LogLoss:F3}", "nats per image, lower is better")}
        {Figure("Calibration error", $"{calibration.ExpectedError * 100:F1} pp", "confidence against accuracy")}
        {Figure("Images measured", $"{scores.Rows.Count:N0}", Speed(scores))}
        </dl>
        """);

    private static string Speed(LabeledScores scores) => FormattableString.Invariant(
        $"{scores.Skipped.Count} skipped, {scores.Rows.Count / Math.Max(scores.Seconds, 1e-3):F0} per second");

    private static Html Figure(string name, FormattableString value, string meaning) => Html.Of($"""
        <div><dt>{name}</dt><dd><strong>{FormattableString.Invariant(value)}</strong> <span>{meaning}</span></dd></div>
        """);
}
