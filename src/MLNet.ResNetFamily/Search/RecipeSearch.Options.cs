using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

public sealed partial class RecipeSearch
{
    /// <summary>What is searched, and for how long. Every option has a default.</summary>
    public sealed record Options
    {
        /// <summary>
        /// Time for all trainings together, checked while they run: each has an equal part of its round, and one that needs longer ends
        /// with what it learned. The first training shows how many recipes the time suffices for. Above zero; 10 minutes by default. Which
        /// recipes get how many epochs then depends on the machine.
        /// </summary>
        public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(10);

        /// <summary>
        /// Epochs for all trainings together instead of a time, so that the same seed gives the same table. At least
        /// <see cref="CandidateCount"/> times the rounds; null, the default, for the time.
        /// </summary>
        public int? EpochBudget { get; init; }

        /// <summary>
        /// Recipes that the first round tries, in a search by time the most, those from random weights last; the best third of a round goes
        /// on. At least 2; 12 by default, in 3 rounds.
        /// </summary>
        public int CandidateCount { get; init; } = 12;

        /// <summary>
        /// Backbones and weights to choose among. Null, the default, means <see cref="Backbones.ResNet18"/> with random weights and, where
        /// the package with ML.NET's weights is found, <see cref="Backbones.ResNet20MLNet"/> with these.
        /// </summary>
        public IReadOnlyList<RecipeStart>? Starts { get; init; }

        /// <summary>Ways of fine-tuning to choose among, for starts with weights. All of them by default.</summary>
        public IReadOnlyList<FineTuneKind> FineTuneKinds { get; init; } = Enum.GetValues<FineTuneKind>();

        /// <summary>Strengths of augmentation to choose among. All of them by default.</summary>
        public IReadOnlyList<AugmentationStrength> Augmentations { get; init; } = Enum.GetValues<AugmentationStrength>();

        /// <summary>
        /// Smallest and largest learning rate, as parts of the optimizer's default; rates between them are drawn evenly on a logarithmic
        /// scale. Above 0, ascending; 0.2 and 5 by default.
        /// </summary>
        public (double Low, double High) LearningRateFactors { get; init; } = (0.2, 5);

        /// <summary>
        /// Epochs of each training of the first round, in a search by time; later rounds know how long an epoch takes. At least 1; 2 by
        /// default.
        /// </summary>
        public int FirstEpochs { get; init; } = 2;

        /// <summary>Most epochs of a training, in a search by time. At least <see cref="FirstEpochs"/>; 60 by default.</summary>
        public int MaxEpochs { get; init; } = 60;

        /// <summary>
        /// What all trainings have in common: columns, image size, batch size, threads. Backbone, weights, fine-tuning, learning rate,
        /// augmentation, epochs, seed and checkpoints are the search's own. Where it names no validation data, a fifth of the images of
        /// each class validates.
        /// </summary>
        public ImageClassifierTrainer.Options Common { get; init; } = new();

        /// <summary>Random seed, of the choice of recipes and of every training. 1 by default.</summary>
        public int Seed { get; init; } = 1;

        /// <summary>Is told of every finished training, also of those that an earlier run made. Null by default.</summary>
        public IProgress<RecipeTrial>? Progress { get; init; }

        /// <summary>
        /// Ends the search with an <see cref="OperationCanceledException"/>; run it again with the same folder to go on. Never canceled by
        /// default.
        /// </summary>
        public CancellationToken CancellationToken { get; init; }

        internal IReadOnlyList<RecipeStart> EffectiveStarts => Starts ?? (MLNetWeights.IsPresent
            ? [new(Backbones.ResNet20MLNet, PretrainedWeights.MLNet), new(Backbones.ResNet18)]
            : [new(Backbones.ResNet18)]);

        /// <summary>Recipes that each round tries, from the first to the last, which is that of the best.</summary>
        /// <param name="candidateCount">Those of the first round.</param>
        internal static IReadOnlyList<int> RungSizes(int candidateCount)
        {
            List<int> sizes = [candidateCount];
            do
            {
                sizes.Add(Math.Max(1, sizes[^1] / Reduction));
            }
            while (sizes[^1] > 1);
            return sizes;
        }

        /// <summary>The most recipes for whose short trainings the first round has time, at least 1.</summary>
        /// <param name="seconds">What such a training takes.</param>
        internal int AffordableCount(double seconds) => Enumerable.Range(1, CandidateCount)
            .LastOrDefault(count => count * seconds * RungSizes(count).Count <= Budget.TotalSeconds, defaultValue: 1);

        internal void Validate()
        {
            Require(Budget > TimeSpan.Zero, nameof(Budget), Budget, "above zero");
            Require(CandidateCount >= 2, nameof(CandidateCount), CandidateCount, "at least 2");
            var rungCount = RungSizes(CandidateCount).Count;
            var fewest = CandidateCount * rungCount;
            Require(
                EpochBudget is null || EpochBudget >= fewest, nameof(EpochBudget), EpochBudget,
                $"at least {fewest}: an epoch for each of {CandidateCount} candidates in the first of {rungCount} equal rounds");
            Require(Starts is null or { Count: > 0 }, nameof(Starts), "empty", "at least one start, or null");
            RequireSome(FineTuneKinds, nameof(FineTuneKinds));
            RequireSome(Augmentations, nameof(Augmentations));
            Require(
                LearningRateFactors is { Low: > 0, High: < double.PositiveInfinity } && LearningRateFactors.Low <= LearningRateFactors.High,
                nameof(LearningRateFactors), LearningRateFactors, "above 0, ascending and finite");
            Require(FirstEpochs >= 1, nameof(FirstEpochs), FirstEpochs, "at least 1");
            Require(MaxEpochs >= FirstEpochs, nameof(MaxEpochs), MaxEpochs, "at least 'FirstEpochs'");
            Require(Common is not null, nameof(Common), null, "the options of a trainer");
        }

        private static void RequireSome<T>(IReadOnlyList<T>? values, string option) where T : struct, Enum => Require(
            values is { Count: > 0 } && values.All(Enum.IsDefined), option, values is null ? null : $"[{string.Join(", ", values)}]",
            $"one or more of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
