using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>How much the images of each class count in the loss.</summary>
internal static class ClassWeights
{
    /// <summary>The weight of each class, shape [K]; null where all count alike. The caller disposes of it.</summary>
    /// <param name="options">Says what is weighted.</param>
    /// <param name="images">The training images.</param>
    /// <param name="device">Where the weights go.</param>
    /// <exception cref="ArgumentException">A class of the options does not exist.</exception>
    public static Tensor? Of(TrainingOptions options, TrainingImages images, Device device)
    {
        var weights = Of(options, images);
        return weights is null ? null : tensor(Array.ConvertAll(weights, weight => (float)weight), device: device);
    }

    /// <inheritdoc cref="Of(TrainingOptions, TrainingImages, Device)"/>
    public static double[]? Of(TrainingOptions options, TrainingImages images)
    {
        if (options.ClassBalance != ClassBalance.Weights && options.ClassWeights is null)
            return null;
        var weights = new double[images.ClassCount];
        Array.Fill(weights, 1);
        if (options.ClassBalance == ClassBalance.Weights)
        {
            var counts = new int[images.ClassCount];
            foreach (var label in images.Labels)
                counts[label]++;
            var shown = counts.Count(count => count > 0);
            for (var label = 0; label < counts.Length; label++)
                weights[label] = counts[label] == 0 ? 1 : (double)images.Labels.Count / (shown * counts[label]);
        }
        foreach (var (name, weight) in options.ClassWeights ?? new Dictionary<string, double>())
            weights[PlaceOf(name, images)] *= weight;
        return weights;
    }

    private static int PlaceOf(string name, TrainingImages images)
    {
        var place = images.ClassNames.ToList().IndexOf(name);
        return place >= 0 ? place : throw new ArgumentException(
            $"Option 'ClassWeights' names the class '{name}', but there are: " +
            $"{ListText.Quoted(images.ClassNames)}. Correct the name.", nameof(TrainingOptions.ClassWeights));
    }
}
