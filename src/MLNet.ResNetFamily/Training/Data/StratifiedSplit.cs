namespace MLNet.ResNetFamily;

/// <summary>Sets a part of the images aside, the same part of every class.</summary>
/// <remarks>
/// Where an image may show several classes, as near to it as these allow: the images of the rarest class are shared out first, each to
/// the side that lacks more of it. Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-label Data" (2011), section 4.
/// </remarks>
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
        var isValidation = images.LabelSets is { } sets
            ? SetAside(sets, fraction, seed, "ValidationSetFraction")
            : SetAside(images.Labels, fraction, seed, "ValidationSetFraction");
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
        return isValidation.Contains(true) ? isValidation : throw NoneAside(option, fraction, labels.Count, labels.Distinct().Count());
    }

    /// <summary>The same of images that may show several classes, or none.</summary>
    /// <inheritdoc cref="SetAside(IReadOnlyList{int}, double, int, string)"/>
    public static bool[] SetAside(IReadOnlyList<int[]> labelSets, double fraction, int seed, string option)
    {
        const int NoClass = -1;
        var random = Augmentation.RandomFor(seed, SplitEpoch, -1);
        int[][] sets = [.. labelSets.Select(set => set.Length == 0 ? [NoClass] : set)];
        var members = Enumerable.Range(0, sets.Length).SelectMany(index => sets[index], (index, label) => (Index: index, Label: label))
            .GroupBy(entry => entry.Label, entry => entry.Index).ToDictionary(group => group.Key, group => group.ToHashSet());
        // What each side still lacks of every class.
        var lacking = members.ToDictionary(entry => entry.Key, entry => entry.Value.Count * fraction);
        var lackingInTraining = members.ToDictionary(entry => entry.Key, entry => entry.Value.Count * (1 - fraction));
        var isValidation = new bool[sets.Length];
        while (members.Count > 0)
        {
            var rarest = members.MinBy(entry => (entry.Value.Count, entry.Key)).Key;
            int[] images = [.. members[rarest].Order()];
            random.Shuffle(images);
            foreach (var index in images)
            {
                isValidation[index] = lacking[rarest] > lackingInTraining[rarest];
                foreach (var label in sets[index])
                {
                    (isValidation[index] ? lacking : lackingInTraining)[label]--;
                    members[label].Remove(index);
                    if (members[label].Count == 0)
                        members.Remove(label);
                }
            }
        }
        return isValidation.Contains(true) ? isValidation : throw NoneAside(option, fraction, sets.Length, lacking.Count);
    }

    private static ArgumentException NoneAside(string option, double fraction, int imageCount, int classCount) => new(
        FormattableString.Invariant($"'{option}' {fraction} of {imageCount} images ") +
        $"in {classCount} classes sets none aside. Give more images or a larger fraction.");

    private static TrainingImages Part(TrainingImages images, Func<int, bool> belongs) =>
        images.At([.. Enumerable.Range(0, images.Items.Count).Where(belongs)]);
}
