namespace MLNet.ResNetFamily;

/// <summary>A training that a <see cref="RecipeSearch"/> made.</summary>
/// <param name="Rung">
/// Number of the round, from 1; each gives fewer recipes more epochs. 0 is a first look, which shows how long an epoch takes.
/// </param>
/// <param name="Candidate">Number of the recipe, from 1; 1 is the default recipe of the first start, of those with weights if there
/// are some.</param>
/// <param name="Recipe">How it was trained.</param>
/// <param name="Epochs">Epochs that it finished.</param>
/// <param name="Accuracy">
/// Share of the validation images classified rightly by the model, 0 to 1; null where the loss became infinite, or the time did not suffice
/// for an epoch, and where they were trained on.
/// </param>
/// <param name="Loss">Mean cross entropy over these images, in nats; null where there is no accuracy.</param>
/// <param name="Seconds">Time that it took.</param>
public sealed record RecipeTrial(
    int Rung, int Candidate, Recipe Recipe, int Epochs, double? Accuracy, double? Loss, double Seconds)
{
    /// <summary>Whether the validation images were trained on too, see <see cref="RecipeSearch.Options.Refit"/>.</summary>
    public bool OnAllImages { get; init; }

    /// <summary>Duration of an epoch that all layers learned in; null where none was finished.</summary>
    internal double? EpochSeconds { get; init; }

    /// <summary>Loss of its last epoch on the images that it learned from; null where none was finished.</summary>
    internal double? TrainLoss { get; init; }

    /// <summary>Orders trials from the best to the worst: by accuracy, where these are equal by loss.</summary>
    internal static IOrderedEnumerable<RecipeTrial> BestFirst(IEnumerable<RecipeTrial> trials) => trials
        .OrderByDescending(trial => trial.Accuracy ?? -1).ThenBy(trial => trial.Loss ?? double.MaxValue).ThenBy(trial => trial.Candidate);
}
