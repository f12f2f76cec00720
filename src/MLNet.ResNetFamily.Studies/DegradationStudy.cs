namespace MLNet.ResNetFamily;

/// <summary>Trains plain and residual networks of growing depth: plain ones get worse, residual ones better.</summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
/// <remarks>
/// He et al., "Deep Residual Learning for Image Recognition" (2015), https://arxiv.org/abs/1512.03385, section 4.2, figures 1 and 6, table
/// 6.
/// </remarks>
public sealed record DegradationStudy(string TrainFolder, string TestFolder) : TrainedStudy(TrainFolder, TestFolder)
{
    // Of plain networks the paper has curves only (figure 6, left): about 9 % error with 20 layers, over 13 % with 56.
    private static readonly (int Layers, double PaperError)[] Depths = [(20, 8.75), (32, 7.51), (44, 7.17), (56, 6.97)];

    /// <inheritdoc/>
    public override string Name => "degradation";

    /// <inheritdoc/>
    public override string Question => "Do deeper networks learn better, with and without shortcuts?";

    /// <inheritdoc/>
    public override string Paper => "He et al. (2015), https://arxiv.org/abs/1512.03385, figures 1 and 6, table 6: CIFAR-10";

    private protected override string NetworkInWords => "plain and residual networks of 20 to 56 layers";

    private protected override (int Images, int Epochs) Reduced => (5_000, 6);

    private protected override int PaperEpochs => 164;

    private protected override IReadOnlyList<StudyVariant> Variants =>
    [
        .. Depths.Select(depth => new StudyVariant($"plain {depth.Layers}", Plain(depth.Layers), null)),
        .. Depths.Select(depth => new StudyVariant($"residual {depth.Layers}", CifarNetwork.Residual(depth.Layers), depth.PaperError)),
    ];

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows)
    {
        var byDepth = rows.Where(row => row.Series is TestError or TrainError).Select(ByDepth).ToList();
        return [StudyChart.Spread(
            "degradation-error", "Error by depth", "layers", "error (%)", byDepth, [.. byDepth.Select(row => row.Series).Distinct()],
            percent: true)];

        // The variants are numbered: plain ones first, each kind from the shallowest.
        static StudyRow ByDepth(StudyRow row) => row with
        {
            Series = $"{((int)row.X < Depths.Length ? "plain" : "residual")}, {row.Series}",
            X = Depths[(int)row.X % Depths.Length].Layers,
        };
    }

    private static ResNetSpec Plain(int layers) =>
        CifarNetwork.Residual(layers) with { Name = FormattableString.Invariant($"plain{layers}_cifar"), Shortcut = ResNetShortcut.None };
}
