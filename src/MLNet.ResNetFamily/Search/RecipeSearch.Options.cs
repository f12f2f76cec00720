using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

public sealed partial class RecipeSearch
{
    /// <summary>What is searched, and for how long. Every option has a default.</summary>
    public sealed record Options
    {
        private const double StepsThatTell = 250;

        /// <summary>
        /// Time for all trainings together, checked while they run: half of it for the last one, the other half in equal parts for the
        /// rounds before, and each training has an equal part of its round; one that needs longer ends with what it learned. A first look
        /// shows how many recipes the time suffices for. Above zero; 10 minutes by default. Which recipes get how many epochs
        /// then depends on the machine.
        /// </summary>
        public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(10);

        /// <summary>
        /// Epochs for all trainings together instead of a time, so that the same seed gives the same table. At least twice
        /// <see cref="CandidateCount"/> times the rounds before the last; null, the default, for the time.
        /// </summary>
        public int? EpochBudget { get; init; }

        /// <summary>
        /// Recipes that the first round tries, in a search by time the most: ones that are known to do well, then drawn ones, those from
        /// random weights last. The best third of a round goes on. At least 2; 12 by default, in 3 rounds.
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
        /// Fewest epochs of a training of the first round, in a search by time, which tries only as many recipes as it has time for: after
        /// too few steps the best cannot be told. At least 1; null, the default, for as many as make 250 steps, from 2 to 10.
        /// </summary>
        public int? FirstEpochs { get; init; }

        /// <summary>
        /// Most epochs of a training, in a search by time. At least 2 and <see cref="FirstEpochs"/>; 60 by default.
        /// </summary>
        public int MaxEpochs { get; init; } = 60;

        /// <summary>
        /// Whether the last round trains on all images, those that the others were compared on too: more images make a
        /// better model, though none is left to measure it. Without effect where <see cref="Common"/> names validation images of their own.
        /// True by default.
        /// </summary>
        public bool Refit { get; init; } = true;

        /// <summary>
        /// How many of the best recipes the last round trains, each for its part of the time; from 2 on the model is the ensemble of them,
        /// see <see cref="ResNetFamilyCatalog.ImageEnsemble"/>: better than each by itself, and as many times slower. From 1 to
        /// <see cref="CandidateCount"/>; 1 by default. Fewer where fewer came to a result.
        /// </summary>
        public int EnsembleSize { get; init; } = 1;

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

        /// <summary><see cref="FirstEpochs"/>, or what stands for null.</summary>
        /// <param name="imageCount">The images that recipes learn from.</param>
        internal int EffectiveFirstEpochs(double imageCount) => FirstEpochs
            ?? Math.Min(MaxEpochs, (int)Math.Clamp(Math.Ceiling(StepsThatTell * Common.BatchSize / imageCount), 2, 10));

        internal bool EffectiveRefit => Refit && Common.ValidationSet is null;

        internal IReadOnlyList<RecipeStart> EffectiveStarts => Starts ?? (MLNetWeights.IsPresent
            ? [new(Backbones.ResNet20MLNet, PretrainedWeights.MLNet), new(Backbones.ResNet18)]
            : [new(Backbones.ResNet18)]);

        internal void Validate()
        {
            Require(Budget > TimeSpan.Zero, nameof(Budget), Budget, "above zero");
            Require(CandidateCount >= 2, nameof(CandidateCount), CandidateCount, "at least 2");
            var fewest = SearchBudget.FewestEpochs(CandidateCount);
            Require(
                EpochBudget is null || EpochBudget >= fewest, nameof(EpochBudget), EpochBudget,
                $"at least {fewest}: an epoch for each of {CandidateCount} candidates in the first round, and half of all for the last");
            Require(Starts is null or { Count: > 0 }, nameof(Starts), "empty", "at least one start, or null");
            RequireSome(FineTuneKinds, nameof(FineTuneKinds));
            RequireSome(Augmentations, nameof(Augmentations));
            Require(
                LearningRateFactors is { Low: > 0, High: < double.PositiveInfinity } && LearningRateFactors.Low <= LearningRateFactors.High,
                nameof(LearningRateFactors), LearningRateFactors, "above 0, ascending and finite");
            Require(FirstEpochs is null or >= 1, nameof(FirstEpochs), FirstEpochs, "at least 1, or null");
            Require(MaxEpochs >= Math.Max(2, FirstEpochs ?? 0), nameof(MaxEpochs), MaxEpochs, "at least 2 and 'FirstEpochs'");
            Require(
                EnsembleSize >= 1 && EnsembleSize <= CandidateCount, nameof(EnsembleSize), EnsembleSize,
                $"from 1 to 'CandidateCount', which is {CandidateCount}");
            Require(Common is not null, nameof(Common), null, "the options of a trainer");
        }

        private static void RequireSome<T>(IReadOnlyList<T>? values, string option) where T : struct, Enum => Require(
            values is { Count: > 0 } && values.All(Enum.IsDefined), option, values is null ? null : $"[{string.Join(", ", values)}]",
            $"one or more of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
