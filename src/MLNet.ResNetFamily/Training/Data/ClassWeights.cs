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
    public static Tensor? Of(TrainingOptions options, TrainingImages images, Device device) => OnDevice(Of(options, images), device);

    /// <summary>
    /// Where an image may show several classes: how much those that show a class count against those that do not, so that both count
    /// alike; shape [K]. Null where <see cref="TrainingOptions.ClassBalance"/> weights nothing. The caller disposes of it.
    /// </summary>
    /// <inheritdoc cref="Of(TrainingOptions, TrainingImages, Device)"/>
    public static Tensor? OfPositives(TrainingOptions options, TrainingImages images, Device device) =>
        options.ClassBalance != ClassBalance.Weights ? null : OnDevice(
            Array.ConvertAll(Counts(images), count => count == 0 ? 1 : (double)Math.Max(1, images.Items.Count - count) / count), device);

    /// <inheritdoc cref="Of(TrainingOptions, TrainingImages, Device)"/>
    public static double[]? Of(TrainingOptions options, TrainingImages images)
    {
        var isBalanced = options.ClassBalance == ClassBalance.Weights && images.LabelSets is null;
        if (!isBalanced && options.ClassWeights is null)
            return null;
        var weights = new double[images.ClassCount];
        Array.Fill(weights, 1);
        if (isBalanced)
        {
            var counts = Counts(images);
            var shown = counts.Count(count => count > 0);
            for (var label = 0; label < counts.Length; label++)
                weights[label] = counts[label] == 0 ? 1 : (double)images.Labels.Count / (shown * counts[label]);
        }
        foreach (var (name, weight) in options.ClassWeights ?? new Dictionary<string, double>())
            weights[PlaceOf(name, images)] *= weight;
        return weights;
    }

    private static Tensor? OnDevice(double[]? weights, Device device) =>
        weights is null ? null : tensor(Array.ConvertAll(weights, weight => (float)weight), device: device);

    private static int[] Counts(TrainingImages images)
    {
        var counts = new int[images.ClassCount];
        foreach (var label in Enumerable.Range(0, images.Items.Count).SelectMany(images.ClassesOf))
            counts[label]++;
        return counts;
    }

    private static int PlaceOf(string name, TrainingImages images)
    {
        var place = images.ClassNames.ToList().IndexOf(name);
        return place >= 0 ? place : throw new ArgumentException(
            $"Option 'ClassWeights' names the class '{name}', but there are: " +
            $"{ListText.Quoted(images.ClassNames)}. Correct the name.", nameof(TrainingOptions.ClassWeights));
    }
}
