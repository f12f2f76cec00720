using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>How much the images of each class count in the loss.</summary>
internal static class ClassLossWeights
{
    /// <summary>The weight of each class, shape [K]; null where all count alike. The caller disposes of it.</summary>
    /// <param name="recipe">Says what is weighted.</param>
    /// <param name="images">The training images.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="ArgumentException">A class of the recipe does not exist.</exception>
    public static Tensor? Of(TrainingRecipe recipe, TrainingImages images, Device device)
    {
        var weights = Of(recipe, images);
        return weights is null ? null : tensor(Array.ConvertAll(weights, weight => (float)weight), device: device);
    }

    /// <inheritdoc cref="Of(TrainingRecipe, TrainingImages, Device)"/>
    public static double[]? Of(TrainingRecipe recipe, TrainingImages images)
    {
        if (recipe.ClassBalance != ClassBalance.Weights && recipe.ClassWeights is null)
            return null;
        var weights = new double[images.ClassCount];
        Array.Fill(weights, 1);
        if (recipe.ClassBalance == ClassBalance.Weights)
        {
            var counts = new int[images.ClassCount];
            foreach (var label in images.Labels)
                counts[label]++;
            var shown = counts.Count(count => count > 0);
            for (var label = 0; label < counts.Length; label++)
                weights[label] = counts[label] == 0 ? 1 : (double)images.Labels.Count / (shown * counts[label]);
        }
        foreach (var (name, weight) in recipe.ClassWeights ?? new Dictionary<string, double>())
            weights[PlaceOf(name, images)] *= weight;
        return weights;
    }

    private static int PlaceOf(string name, TrainingImages images)
    {
        var place = images.ClassNames.ToList().IndexOf(name);
        return place >= 0 ? place : throw new ArgumentException(
            $"Option 'ClassWeights' names the class '{name}', but there are: {Misfits.Text(images.ClassNames.Select(known => $"'{known}'"))}. Correct the name.",
            nameof(TrainingRecipe.ClassWeights));
    }
}
