using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>
/// Trains a residual network with all of its blocks and with blocks that are left out at random: error, and time of an epoch.
/// </summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
/// <remarks>Huang et al., "Deep Networks with Stochastic Depth" (2016), https://arxiv.org/abs/1603.09382, sections 4 and 5.</remarks>
public sealed record DepthStudy(string TrainFolder, string TestFolder) : TrainedStudy(TrainFolder, TestFolder)
{
    private const string Constant = "constant depth", Stochastic = "stochastic depth", Survival = "survival probability";

    // The paper's p_L: the last block is there in half of the steps, with one draw for the whole batch.
    private static readonly StochasticDepth PaperDepth = new(0.5) { PerSample = false };

    /// <inheritdoc/>
    public override string Name => "depth";

    /// <inheritdoc/>
    public override string Question => "What does leaving out blocks at random do to the error and to the time of training?";

    /// <inheritdoc/>
    public override string Paper => "Huang et al. (2016), https://arxiv.org/abs/1603.09382, table 1 and section 4: ResNet-110, CIFAR-10";

    private protected override string NetworkInWords => IsFull ? "ResNet-110" : "ResNet-56";

    private protected override (int Images, int Epochs) Reduced => (10_000, 8);

    private protected override int PaperEpochs => 500;

    private protected override IReadOnlyList<StudyVariant> Variants =>
        [new(Constant, Network, 6.41), new(Stochastic, Network with { StochasticDepth = PaperDepth }, 5.23)];

    private ResNetSpec Network => IsFull ? Backbones.ResNet110Cifar : Backbones.ResNet56Cifar;

    private protected override void Measure(StudyResults results)
    {
        var blocks = Network.Depths.Sum();
        for (var block = 1; block <= blocks; block++)
            results.Measure(Survival, "", block, 0, () => PaperDepth.SurvivalOf(block, blocks));
        base.Measure(results);
    }

    private protected override string Summarise(IReadOnlyList<StudyRow> rows)
    {
        var (constant, stochastic) = (MeanOf(rows, EpochSeconds, Constant), MeanOf(rows, EpochSeconds, Stochastic));
        var expected = rows.Where(row => row.Series == Survival).Average(row => row.Value);
        return base.Summarise(rows) + string.Create(
            CultureInfo.InvariantCulture,
            $"\nAn epoch takes {constant:F1} s with all blocks and {stochastic:F1} s with stochastic depth: " +
            $"{1 - stochastic / constant:P1} less, validation not counted. On average {1 - expected:P1} of the blocks are left out. " +
            $"The paper: about 25 % less.");
    }

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
    [
        .. base.Charts(rows),
        StudyChart.Bars("depth-time", "Time of an epoch", "variant", "time (s)", rows, EpochSeconds),
        StudyChart.Points(
            "depth-survival", "Survival probability of each block", "block, from input to output", "probability (%)", rows, [Survival],
            percent: true),
    ];
}
