namespace MLNet.ResNetFamily;

/// <summary>One of the networks that a study trains.</summary>
/// <param name="Label">What the plot calls it.</param>
/// <param name="Spec">The network.</param>
/// <param name="PaperError">
/// Test error of the paper's counterpart in percent; NaN where the paper says that it did not learn, null where it gives none, or only a
/// curve.
/// </param>
internal sealed record StudyVariant(string Label, BackboneSpec Spec, double? PaperError)
{
    /// <summary>The paper's figure in words.</summary>
    public string PaperText => PaperError switch
    {
        null => "no figure in the paper",
        double.NaN => "paper: fails",
        var error => FormattableString.Invariant($"paper: {error:F2} %"),
    };
}
