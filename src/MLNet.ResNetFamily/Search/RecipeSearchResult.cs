namespace MLNet.ResNetFamily;

/// <summary>What a <see cref="RecipeSearch"/> found.</summary>
/// <param name="Trials">All trainings, in the order in which they were made.</param>
/// <param name="Best">The one with the best accuracy on the validation images; where these are equal, with the smallest loss.</param>
/// <param name="Members">
/// The trainings that the model comes from: as a rule one, by the recipe of <paramref name="Best"/> on all images
/// (<see cref="RecipeSearch.Options.Refit"/>); several of an ensemble (<see cref="RecipeSearch.Options.EnsembleSize"/>);
/// <paramref name="Best"/> itself where none of the last round came as far or they went wrong.
/// </param>
/// <param name="ModelPath">Path of the model, for <c>mlContext.Model.Load</c>.</param>
public sealed record RecipeSearchResult(
    IReadOnlyList<RecipeTrial> Trials, RecipeTrial Best, IReadOnlyList<RecipeTrial> Members, string ModelPath);
