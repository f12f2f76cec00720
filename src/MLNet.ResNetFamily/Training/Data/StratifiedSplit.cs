namespace MLNet.ResNetFamily;

/// <summary>Sets a part of the images aside, the same part of every class.</summary>
internal static class StratifiedSplit
{
    // A generator of its own: epochs count from 1, so no image of any epoch has it.
    private const int SplitEpoch = 0;

    /// <summary>Splits images; each stays in its order.</summary>
    /// <param name="images">The images.</param>
    /// <param name="fraction">Part to set aside, above 0 and below 1. Of each class at least one image is left to train with.</param>
    /// <param name="seed">Where the choice comes from.</param>
    /// <exception cref="ArgumentException">Too few images: none would be set aside.</exception>
    public static (TrainingImages Train, TrainingImages Validation) Of(TrainingImages images, double fraction, int seed)
    {
        var isValidation = SetAside(images.Labels, fraction, seed, "ValidationSetFraction");
        return (Part(images, index => !isValidation[index]), Part(images, index => isValidation[index]));
    }

    /// <summary>Chooses which images are set aside.</summary>
    /// <param name="labels">The class of each image.</param>
    /// <param name="fraction">As in <see cref="Of"/>.</param>
    /// <param name="seed">As in <see cref="Of"/>.</param>
    /// <param name="option">What messages call the fraction.</param>
    /// <returns>For each image whether it is set aside.</returns>
    /// <exception cref="ArgumentException">Too few images: none would be set aside.</exception>
    public static bool[] SetAside(IReadOnlyList<int> labels, double fraction, int seed, string option)
    {
        var random = Augmentation.RandomFor(seed, SplitEpoch, -1);
        var isValidation = new bool[labels.Count];
        foreach (var members in Enumerable.Range(0, labels.Count).GroupBy(index => labels[index]).OrderBy(group => group.Key)
            .Select(group => group.ToArray()))
        {
            random.Shuffle(members);
            foreach (var index in members.Take(Math.Min(
                members.Length - 1, (int)Math.Round(fraction * members.Length, MidpointRounding.AwayFromZero))))
                isValidation[index] = true;
        }
        if (!isValidation.Contains(true))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{option}' {fraction} of {labels.Count} images ") +
                $"in {labels.Distinct().Count()} classes sets none aside. Give more images or a larger fraction.");
        }
        return isValidation;
    }

    private static TrainingImages Part(TrainingImages images, Func<int, bool> belongs)
    {
        int[] places = [.. Enumerable.Range(0, images.Items.Count).Where(belongs)];
        return images with
        {
            Items = Array.ConvertAll(places, place => images.Items[place]),
            Labels = Array.ConvertAll(places, place => images.Labels[place]),
        };
    }
}
