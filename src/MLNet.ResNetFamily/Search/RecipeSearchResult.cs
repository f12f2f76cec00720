namespace MLNet.ResNetFamily;

/// <summary>What a <see cref="RecipeSearch"/> found.</summary>
/// <param name="Trials">All trainings, in the order in which they were made.</param>
/// <param name="Best">The one with the best accuracy on the validation images; where these are equal, with the smallest loss.</param>
/// <param name="ModelPath">Path of its model, for <c>mlContext.Model.Load</c>.</param>
public sealed record RecipeSearchResult(IReadOnlyList<RecipeTrial> Trials, RecipeTrial Best, string ModelPath);
