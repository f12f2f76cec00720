using System.Globalization;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>Table and plot of a search.</summary>
internal static class SearchPage
{
    /// <summary>Writes index.html and accuracy.svg.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="folder">Where to.</param>
    public static void Write(RecipeSearchResult result, string folder)
    {
        var plot = Plot(result.Trials).ToString();
        var best = result.Best;
        var page = ReportPage.Of(
            "Recipe search", best.Recipe.ToString(), Subtitle(result), Html.Empty,
            [
                new("plot", "Accuracy and epochs", Html.Of($"{Html.Trusted(plot)}")),
                new("table", "All trainings", Table(result)),
            ]);
        Write("index.html", page.ToString());
        Write("accuracy.svg", plot);

        void Write(string name, string text) =>
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private static string Subtitle(RecipeSearchResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Best.Accuracy:P1} of the validation images are right after {result.Best.Epochs} epochs{Choice(result)}. " +
        $"{Model(result)}Measure the model on images that took no part.");

    private static string Choice(RecipeSearchResult result) =>
        result.Trials.Count(trial => !trial.OnAllImages) is > 1 and var count ? $", the best of {count} trainings" : "";

    private static string Model(RecipeSearchResult result) => result.Members switch
    {
        [{ OnAllImages: true } refit] => $"The model is that of another training by this recipe, {refit.Epochs} epochs on all images. ",
        { Count: > 1 } members => $"The model is an ensemble of the {members.Count} trainings of the last round. ",
        _ => "",
    };

    // A kind of fine-tuning is a kind of points; a point's name is the number of its recipe.
    private static Chart Plot(IReadOnlyList<RecipeTrial> trials) => Chart.Points(
        "Accuracy of each training", "epochs", "validation accuracy (%)",
        [.. trials.GroupBy(trial => trial.Recipe.FineTune).OrderBy(kind => kind.Key).Select(kind => (
            $"{kind.Key}", kind.Select(trial => (
                (double)trial.Epochs, 100 * (trial.Accuracy ?? double.NaN),
                (string?)trial.Candidate.ToString(CultureInfo.InvariantCulture)))))]);

    private static Html Table(RecipeSearchResult result) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="All trainings">
        <table class="numbers">
        <thead><tr>
        <th scope="col">Round</th><th scope="col">Recipe</th><th scope="col">Backbone</th><th scope="col">Fine-tuning</th>
        <th scope="col">Learning rate</th><th scope="col">Augmentation</th><th scope="col">Epochs</th>
        <th scope="col">Accuracy</th><th scope="col">Loss</th><th scope="col">Seconds</th>
        </tr></thead>
        <tbody>
        {Html.Each(result.Trials, trial => Row(trial, trial == result.Best))}
        </tbody></table></div>
        """);

    private static Html Row(RecipeTrial trial, bool isBest)
    {
        var recipe = trial.Recipe;
        var accuracy = trial.Accuracy is { } share ? Html.Of($"{share * 100:F1} %{(isBest ? " (best)" : "")}")
            : Html.Of($"{(trial.OnAllImages ? "all images" : "none")}");
        return Html.Of($"""
            <tr><th scope="row">{trial.Rung}</th><td>{trial.Candidate}</td><td>{recipe.Start}</td><td>{recipe.FineTuneText}</td>
            <td>{recipe.LearningRate:G3}</td><td>{recipe.Augmentation}</td><td>{trial.Epochs}</td>
            <td>{accuracy}</td><td>{trial.Loss:F4}</td><td>{trial.Seconds:F1}</td></tr>
            """);
    }
}
