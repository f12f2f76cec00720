namespace MLNet.ResNetFamily;

/// <summary>What a <see cref="RecipeSearch"/> found.</summary>
/// <param name="Trials">All trainings, in the order in which they were made.</param>
/// <param name="Best">The one with the best accuracy on the validation images; where these are equal, with the smallest loss.</param>
/// <param name="Refit">
/// The last training, by the recipe of <paramref name="Best"/> on all images, see <see cref="RecipeSearch.Options.Refit"/>; null where
/// there is none, or it came less far than <paramref name="Best"/> or went wrong.
/// </param>
/// <param name="ModelPath">
/// Path of the model of <paramref name="Refit"/>, where there is none of <paramref name="Best"/>, for <c>mlContext.Model.Load</c>.
/// </param>
public sealed record RecipeSearchResult(IReadOnlyList<RecipeTrial> Trials, RecipeTrial Best, RecipeTrial? Refit, string ModelPath);
