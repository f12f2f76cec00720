using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class RecipeSearchTests
{
    private static readonly RecipeStart Random = new(TinyClassifier.Backbone);

    private readonly MLContext _mlContext = new();
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void TheBestThirdGoesOnWithMoreEpochsAndTheBestModelIsSaved()
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        var validation = Images(9, "validation");

        var result = Search(Options with { Common = Common with { ValidationSet = validation } }).Run(data, folder);

        // 24 epochs in two rounds: 12 for 4 recipes, 12 for the best of them.
        CollectionAssert.AreEqual(new[] { 3, 3, 3, 3, 12 }, result.Trials.Select(trial => trial.Epochs).ToArray());
        var winner = RecipeTrial.BestFirst(result.Trials.Take(4)).First();
        Assert.AreEqual((2, winner.Candidate), (result.Trials[4].Rung, result.Trials[4].Candidate));
        Assert.AreEqual(result.Trials.Max(trial => trial.Accuracy), result.Best.Accuracy);
        var model = _mlContext.Model.Load(result.ModelPath, out _);
        using var disposable = (IDisposable)model;
        var accuracy = ((ImageClassifierTransformer)ClassifierFinder.Of(model)).Evaluate(validation).MicroAccuracy;
        Assert.AreEqual(result.Best.Accuracy!.Value, accuracy, 1e-9);
        CollectionAssert.AreEqual(new[] { result.Best }, result.Members.ToArray());
    }

    [TestMethod]
    public void TheLastRoundTrainsTheBestRecipeOnAllImages()
    {
        var (data, folder) = (Images(30), _folder.File("search"));

        // Patience has nothing to wait for where no image is left to validate.
        var result = Search(Options with { Common = Common with { Patience = 100 } }).Run(data, folder);

        var best = RecipeTrial.BestFirst(result.Trials.Take(4)).First();
        Assert.AreSame(best, result.Best);
        var refit = result.Members.Single();
        Assert.AreSame(result.Trials[4], refit);
        Assert.AreEqual((best.Candidate, 12, (double?)null, true), (refit.Candidate, refit.Epochs, refit.Accuracy, refit.OnAllImages));
        Assert.IsFalse(result.Trials.Take(4).Any(trial => trial.OnAllImages));
        using var byHand = _mlContext.Transforms.ImageClassifier(best.Recipe.Apply(Common) with { Epochs = 12, Seed = 1 }).Fit(data);
        Assert.AreEqual(Scores(byHand, data), Scores(result, data));
    }

    [TestMethod]
    public void WithoutARefitTheLastTrainingIsComparedToo()
    {
        var result = Search(Options with { Refit = false }).Run(Images(30), _folder.File("search"));

        Assert.IsTrue(result.Trials.All(trial => trial is { OnAllImages: false, Accuracy: not null }));
        CollectionAssert.AreEqual(new[] { result.Best }, result.Members.ToArray());
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, true)]
    public void ALastTrainingThatComesLessFarLeavesTheModelOfTheBest(int epochs, bool isKept)
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        Directory.CreateDirectory(folder);
        var run = new SearchRun(_mlContext, data, Options, folder, SearchState.Open(Path.Combine(folder, "search.json"), "a test"));
        var best = run.Trial(1, 1, Search(Options).Candidates[0], 3, limit: null);
        var model = File.ReadAllBytes(run.ModelPath);

        var last = run.Final(2, best, epochs, limit: null);
        var members = run.SaveBest();

        Assert.AreSame(isKept ? last : best, members.Single());
        Assert.AreEqual(isKept, !model.AsSpan().SequenceEqual(File.ReadAllBytes(run.ModelPath)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void SeveralRecipesMakeAnEnsemble(bool refit)
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        var options = Options with { EnsembleSize = 2, Refit = refit };

        var result = Search(options).Run(data, folder);

        // 24 epochs: 12 for 4 recipes, 12 for the best two of them.
        CollectionAssert.AreEqual(new[] { 3, 3, 3, 3, 6, 6 }, result.Trials.Select(trial => trial.Epochs).ToArray());
        CollectionAssert.AreEqual(result.Trials.Skip(4).ToArray(), result.Members.ToArray());
        CollectionAssert.AreEqual(
            RecipeTrial.BestFirst(result.Trials.Take(4)).Take(2).Select(trial => trial.Candidate).ToArray(),
            result.Members.Select(member => member.Candidate).ToArray());
        var model = _mlContext.Model.Load(result.ModelPath, out _);
        using var disposable = (IDisposable)model;
        Assert.IsInstanceOfType<ImageEnsembleTransformer>(ClassifierFinder.Of(model));
        // A search that is finished is read from its folder, and its model stays.
        var bytes = File.ReadAllBytes(result.ModelPath);
        CollectionAssert.AreEqual(result.Members.ToArray(), Search(options).Run(data, folder).Members.ToArray());
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(result.ModelPath));
    }

    [TestMethod]
    public void TheSameSeedGivesTheSameTableAndAnotherOneAnother()
    {
        var data = Images(30);

        var (one, other) = (Search(Options).Run(data, _folder.File("one")), Search(Options).Run(data, _folder.File("other")));
        var another = Search(Options with { Seed = 2 }).Candidates;

        Assert.AreEqual(Table(one), Table(other));
        CollectionAssert.AreNotEqual(one.Trials.Take(4).Select(trial => trial.Recipe).ToArray(), another.ToArray());
    }

    [TestMethod]
    [DataRow(2, 0, DisplayName = "between two trainings")]
    [DataRow(2, 5, DisplayName = "in the middle of a training")]
    [DataRow(4, 7, DisplayName = "in the last training")]
    public void AnInterruptedSearchResumesToTheSameTable(int trials, int steps)
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        var whole = Search(Options).Run(data, _folder.File("whole"));
        using var interruption = new CancellationTokenSource();
        var counter = new Counter(interruption, trials, steps);

        Assert.ThrowsExactly<OperationCanceledException>(() => Search(Options with
        {
            Common = Common with { StepProgress = counter }, Progress = counter, CancellationToken = interruption.Token,
        }).Run(data, folder));
        var resumed = Search(Options).Run(data, folder);

        Assert.AreEqual(Table(whole), Table(resumed));
        Assert.AreEqual(Scores(whole, data), Scores(resumed, data));
    }

    [TestMethod]
    public void AFinishedSearchIsReadFromItsFolder()
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        var first = Search(Options).Run(data, folder);
        var steps = new Counter(new(), int.MaxValue, 0);

        var again = Search(Options with { Common = Common with { StepProgress = steps } }).Run(data, folder);

        Assert.AreEqual(0, steps.Steps);
        CollectionAssert.AreEqual(first.Trials.ToArray(), again.Trials.ToArray());
    }

    [TestMethod]
    public void ATimeIsKept()
    {
        var options = Options with { EpochBudget = null, Budget = TimeSpan.FromSeconds(10), FirstEpochs = 1, MaxEpochs = 1_000_000 };

        var result = Search(options).Run(Images(30), _folder.File("search"));

        // A training that is out of time ends after its step, so a little more than the time is spent.
        Assert.IsLessThan(20, result.Trials.Sum(trial => trial.Seconds));
        Assert.IsGreaterThan(1, result.Trials[^1].Epochs);
    }

    [TestMethod]
    [DataRow(1000.0, 10.0, new[] { 2, 1 }, DisplayName = "10 epochs of 25 steps")]
    [DataRow(1000.0, 5.0, new[] { 5, 1 })]
    [DataRow(1000.0, 1.0, new[] { 12, 4, 1 })]
    [DataRow(1000.0, 15.0, new[] { 1 }, DisplayName = "not even two")]
    [DataRow(100_000.0, 40.0, new[] { 3, 1 }, DisplayName = "2 epochs of 2500 steps")]
    public void ALittleTimeIsForFewRecipes(double imageCount, double epochSeconds, int[] expected)
    {
        var budget = new SearchBudget(new() { Budget = TimeSpan.FromMinutes(10) });
        var look = new RecipeTrial(0, 1, new(Random, FineTuneKind.All, 0.02, AugmentationStrength.Light), 2, 0.5, 1, 20)
        {
            EpochSeconds = epochSeconds,
        };

        CollectionAssert.AreEqual(expected, budget.AffordableRounds(look, 0.8 * imageCount).ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, budget.AffordableRounds(look with { EpochSeconds = null }, imageCount).ToArray());
    }

    [TestMethod]
    public void InALittleTimeTheDefaultRecipeLearnsFromAllImages()
    {
        var options = Options with { EpochBudget = null, Budget = TimeSpan.FromSeconds(8), FirstEpochs = 1_000_000, MaxEpochs = 1_000_000 };
        // How many there are is known after going through them.
        var images = _mlContext.Data.LoadFromEnumerable(TestImages.Files(_folder.File("images"), 30).Select(image => image));
        Assert.IsNull(images.GetRowCount());

        var result = Search(options).Run(images, _folder.File("search"));

        Assert.AreEqual(((0, 1), (1, 1)), (
            (result.Trials[0].Rung, result.Trials[0].Candidate), (result.Trials[1].Rung, result.Trials[1].Candidate)));
        Assert.HasCount(2, result.Trials);
        Assert.AreSame(result.Trials[1], result.Members.Single());
    }

    [TestMethod]
    public void ATimeThatSufficesForNothingIsAnError()
    {
        var options = Options with { EpochBudget = null, Budget = TimeSpan.FromMilliseconds(1) };

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Search(options).Run(Images(30), _folder.File("search")));

        StringAssert.Contains(error.Message, "None of the trainings came to a result: the time did not suffice for an epoch");
    }

    [TestMethod]
    public void ARecipeThatDivergesLosesAndTheSearchGoesOn()
    {
        var result = Search(Options with { LearningRateFactors = (1e30, 1e31) }).Run(Images(30), _folder.File("search"));

        Assert.IsTrue(result.Trials.Any(trial => trial is { Accuracy: null, Epochs: 0 }));
        Assert.AreEqual((1, 1), (result.Best.Candidate, result.Trials[4].Candidate));
    }

    [TestMethod]
    public void TheDefaultsOfEachStartComeFirstAndEveryCombinationBeforeAnyComesAgain()
    {
        var trained = new RecipeStart(TinyClassifier.Backbone, SavedModel());
        var search = Search(Options with
        {
            Starts = [Random, trained], CandidateCount = 29, EpochBudget = 174, Augmentations = Enum.GetValues<AugmentationStrength>(),
        });

        var recipes = search.Candidates;
        // Weights come first: a search of little time leaves out the others.
        Assert.IsTrue(recipes.Take(25).All(recipe => recipe.Start == trained));
        Assert.IsTrue(recipes.Skip(25).All(recipe => recipe.Start == Random));
        Assert.AreEqual(new Recipe(trained, FineTuneKind.Gradual, 0.005, AugmentationStrength.Light, true), recipes[0]);
        Assert.AreEqual(new Recipe(Random, FineTuneKind.All, 0.02, AugmentationStrength.Light), recipes[25]);
        Assert.AreEqual(new Recipe(trained, FineTuneKind.All, 0.005, AugmentationStrength.Strong, true), recipes[2]);
        // 4 strengths for random weights; for given ones, with and without their statistics, 4 for all layers and twice 4 for gradual
        // fine-tuning; and the classifier alone, whose images are not varied.
        var combinations = recipes.Select(recipe => recipe with { LearningRate = 0 }).ToList();
        CollectionAssert.AllItemsAreUnique(combinations);
        Assert.HasCount(4 + (2 * 4) + (2 * 2 * 4) + 1, combinations);
        Assert.AreEqual(1, combinations.Count(recipe => recipe.FineTune == FineTuneKind.HeadOnly));
        Assert.IsTrue(recipes.Where(recipe => recipe.Start == Random).All(recipe => recipe.LearningRate is >= 0.004 and <= 0.1));
        Assert.IsTrue(recipes.Where(recipe => recipe.Start == trained).All(recipe => recipe.LearningRate is >= 0.001 and <= 0.025));
    }

    [TestMethod]
    [DataRow(false, null, new[] { true, false })]
    [DataRow(false, true, new[] { true })]
    [DataRow(false, false, new[] { false })]
    [DataRow(true, null, new[] { false })]
    public void StatisticsAreKeptOrLearnedUnlessTheCommonOptionsSay(bool synchronized, bool? common, bool[] expected)
    {
        var recipes = Search(Options with
        {
            Starts = [new(TinyClassifier.Backbone, SavedModel())], CandidateCount = 12, EpochBudget = 48,
            Common = Common with { SyncBatchNorm = synchronized, FreezeBatchNorm = common },
        }).Candidates;

        CollectionAssert.AreEquivalent(
            expected, recipes.Where(recipe => recipe.FineTune != FineTuneKind.HeadOnly).Select(recipe => recipe.FreezeBatchNorm!.Value)
                .Distinct().ToArray());
        Assert.IsTrue(recipes.All(recipe => recipe.FineTune != FineTuneKind.HeadOnly || recipe.FreezeBatchNorm is null));
        Assert.AreEqual(recipes[^1].FreezeBatchNorm ?? common, recipes[^1].Apply(Common with { FreezeBatchNorm = common }).FreezeBatchNorm);
    }

    [TestMethod]
    public void WeightsAreFineTunedInEveryWay()
    {
        var trained = new RecipeStart(TinyClassifier.Backbone, SavedModel());

        var result = Search(Options with { Starts = [trained], CandidateCount = 6, EpochBudget = 24 })
            .Run(Images(30), _folder.File("search"));

        Assert.IsTrue(Enum.GetValues<FineTuneKind>().All(kind => result.Trials.Any(trial => trial.Recipe.FineTune == kind)));
        Assert.IsTrue(result.Trials.All(trial => trial.OnAllImages || trial.Accuracy is not null));
    }

    [TestMethod]
    public void ThePageHasEveryTrainingAndThePlot()
    {
        var folder = _folder.File("search");

        var result = Search(Options).Run(Images(30), folder);

        var page = File.ReadAllText(Path.Combine(folder, "index.html"));
        StringAssert.Contains(page, "(best)");
        Assert.AreEqual(result.Trials.Count, page.Split($"<td>{TinyClassifier.Backbone.Name}</td>").Length - 1);
        var plot = File.ReadAllText(Path.Combine(folder, "accuracy.svg"));
        StringAssert.Contains(plot, "validation accuracy (%)");
        StringAssert.Contains(page, plot);
        CollectionAssert.AreEquivalent(
            new[] { "accuracy.svg", "best.zip", "index.html", "search.json" },
            Directory.GetFiles(folder).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void TheFolderOfAnotherSearchIsRefused()
    {
        var (data, folder) = (Images(30), _folder.File("search"));
        Search(Options).Run(data, folder);

        Refused(Options with { Seed = 2 }, data, "seed 1", "seed 2");
        Refused(Options with { Common = Common with { BatchSize = 7 } }, data, "options ", "Go on with the same options and images");
        Refused(Options, Images(24, "others"), "30 images", "24 images");

        void Refused(RecipeSearch.Options options, IDataView images, params string[] words)
        {
            var error = Assert.ThrowsExactly<IOException>(() => Search(options).Run(images, folder));
            foreach (var word in words)
                StringAssert.Contains(error.Message, word);
        }
    }

    [TestMethod]
    public void ADamagedStateIsRefused()
    {
        var folder = _folder.File("search");
        _folder.Write("search/search.json", "{\"settings\":"u8);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Search(Options).Run(Images(30), folder));

        StringAssert.Contains(error.Message, $"'{Path.Combine(folder, "search.json")}' is damaged");
        StringAssert.Contains(error.Message, "Delete its folder to search anew");
    }

    [TestMethod]
    public void WhatCannotWorkIsRefusedBeforeTheFirstTraining()
    {
        Refused(Options with { Budget = TimeSpan.Zero }, "'Budget'", "above zero");
        Refused(Options with { CandidateCount = 1 }, "'CandidateCount' is 1", "at least 2");
        Refused(Options with { EnsembleSize = 5 }, "'EnsembleSize' is 5", "from 1 to 'CandidateCount', which is 4");
        Refused(Options with { EpochBudget = 7 }, "'EpochBudget' is 7", "at least 8: an epoch for each of 4 candidates in the first round");
        Refused(Options with { Starts = [] }, "'Starts' is empty", "at least one start");
        Refused(Options with { Augmentations = [] }, "'Augmentations' is []", "None, Light, Mirrored, Strong");
        Refused(Options with { FineTuneKinds = [(FineTuneKind)9] }, "'FineTuneKinds' is [9]", "All, HeadOnly, Gradual");
        Refused(Options with { LearningRateFactors = (1, 0.5) }, "'LearningRateFactors' is (1, 0.5)", "ascending");
        Refused(Options with { FirstEpochs = 0 }, "'FirstEpochs' is 0", "at least 1");
        Refused(Options with { MaxEpochs = 1 }, "'MaxEpochs' is 1", "at least 2 and 'FirstEpochs'");
        Refused(Options with { Common = Common with { BatchSize = 0 } }, "'BatchSize' is 0");
        Refused(Options with { Starts = [new(TinyClassifier.Backbone, PretrainedWeights.MLNet)] }, "resnet20_mlnet");

        void Refused(RecipeSearch.Options options, params string[] words)
        {
            var error = Assert.Throws<ArgumentException>(() => Search(options));
            foreach (var word in words)
                StringAssert.Contains(error.Message, word);
        }
    }

    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var options = new RecipeSearch.Options();

        Assert.AreEqual((TimeSpan.FromMinutes(10), (int?)null), (options.Budget, options.EpochBudget));
        Assert.AreEqual((12, 1, 1, true), (options.CandidateCount, options.EnsembleSize, options.Seed, options.Refit));
        Assert.AreEqual(((0.2, 5.0), (int?)null, 60), (options.LearningRateFactors, options.FirstEpochs, options.MaxEpochs));
        CollectionAssert.AreEqual(new[] { 12, 4, 1 }, SearchBudget.RoundSizes(12).ToArray());
        CollectionAssert.AreEqual(new[] { 1, 1 }, SearchBudget.RoundSizes(1).ToArray());
        CollectionAssert.AreEqual(Enum.GetValues<FineTuneKind>(), options.FineTuneKinds.ToArray());
        CollectionAssert.AreEqual(Enum.GetValues<AugmentationStrength>(), options.Augmentations.ToArray());
        Assert.AreEqual(MLNetWeights.IsPresent ? 2 : 1, options.EffectiveStarts.Count);
    }

    private static ImageClassifierTrainer.Options Common { get; } = TinyClassifier.Options with { ImageColumnName = "Image" };

    private static RecipeSearch.Options Options { get; } = new()
    {
        Starts = [Random],
        CandidateCount = 4,
        EpochBudget = 24,
        Augmentations = [AugmentationStrength.None, AugmentationStrength.Light],
        Common = Common,
    };

    private RecipeSearch Search(RecipeSearch.Options options) => new(_mlContext, options);

    private IDataView Images(int count, string name = "images") =>
        _mlContext.Data.LoadFromEnumerable(TestImages.Files(_folder.File(name), count));

    private string SavedModel()
    {
        var path = _folder.File("tiny.zip");
        using var model = TinyClassifier.Trained(_mlContext);
        _mlContext.Model.Save(model, Images(1).Schema, path);
        return path;
    }

    // Without the times.
    private static string Table(RecipeSearchResult result) =>
        string.Join('\n', result.Trials.Append(result.Best).Select(trial => $"{trial with { Seconds = 0 }}"));

    private string Scores(RecipeSearchResult result, IDataView data)
    {
        var model = _mlContext.Model.Load(result.ModelPath, out _);
        using var disposable = (IDisposable)model;
        return Scores((ImageClassifierTransformer)ClassifierFinder.Of(model), data);
    }

    private static string Scores(ImageClassifierTransformer classifier, IDataView data)
    {
        classifier.Scoring = classifier.Scoring with { Threads = 1 };
        return string.Join(' ', classifier.Transform(data).GetColumn<float[]>("Score").SelectMany(score => score));
    }

    /// <summary>Cancels after some trainings and some steps of the next one.</summary>
    private sealed class Counter(CancellationTokenSource interruption, int trials, int steps)
        : IProgress<RecipeTrial>, IProgress<TrainingStepProgress>
    {
        private int _trials;

        public int Steps { get; private set; }

        public void Report(RecipeTrial value)
        {
            _trials++;
            Steps = 0;
            CancelWhenDue();
        }

        public void Report(TrainingStepProgress value)
        {
            Steps++;
            CancelWhenDue();
        }

        private void CancelWhenDue()
        {
            if (_trials == trials && Steps >= steps)
                interruption.Cancel();
        }
    }
}
