using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What classifiers must have in common to be averaged.</summary>
internal static class EnsembleCheck
{
    /// <summary>The classifiers of an ensemble's models.</summary>
    /// <exception cref="ArgumentException">There are fewer than two models, or one of them holds no classifier of one network.</exception>
    public static ImageClassifierTransformer[] Members(IReadOnlyList<ITransformer> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count < 2)
            throw new ArgumentException($"An ensemble takes at least 2 models, but {models.Count} is given. Give more.", nameof(models));
        return [.. models.Select((model, i) => ClassifierFinder.Find(model) switch
        {
            ImageClassifierTransformer classifier => classifier,
            null => throw new ArgumentException(
                $"Model {i + 1} of {models.Count} holds no image classifier. Give models that ImageClassifier made.", nameof(models)),
            var ensemble => throw new ArgumentException(
                $"Model {i + 1} of {models.Count} is an ensemble of {ensemble.Members.Count} classifiers. " +
                "Give its members instead, each with its weight.", nameof(models)),
        })];
    }

    /// <summary>The weights of an ensemble's models; equal ones where none are given.</summary>
    /// <exception cref="ArgumentException">There is not one finite weight above 0 for each.</exception>
    public static IReadOnlyList<double> Weights(IReadOnlyList<double>? weights, int modelCount)
    {
        weights ??= [.. Enumerable.Repeat(1.0, modelCount)];
        if (weights.Count != modelCount)
        {
            throw new ArgumentException(
                $"There are {weights.Count} weights for {modelCount} models. Give one for each, or none for equal ones.", nameof(weights));
        }
        for (var i = 0; i < modelCount; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] <= 0)
            {
                throw new ArgumentException(
                    $"Weight {i + 1} of {modelCount} is {weights[i]}, but must be a finite number above 0. Leave the model out instead.",
                    nameof(weights));
            }
        }
        return weights;
    }

    /// <summary>Checks that the classifiers answer the same question about the same column.</summary>
    /// <exception cref="ArgumentException">Their classes or image columns differ, or how they have images decoded.</exception>
    public static void ClassesAndColumns(IReadOnlyList<ImageClassifierTransformer> members)
    {
        if (members.Index().FirstOrDefault(member => member.Item.IsMultiLabel != members[0].IsMultiLabel) is { Item: { } odd } at)
        {
            throw new ArgumentException(
                $"Model 1 gives an image {Labels(members[0])}, but model {at.Index + 1} gives it {Labels(odd)}. " +
                "Give models that were all trained with 'MultiLabel', or all without it.", nameof(members));
        }
        var first = members[0].ClassNames;
        var others = members.Index().Skip(1).Select(member => Difference(member.Index + 1, first, member.Item.ClassNames)).OfType<string>();
        if (others.ToList() is { Count: > 0 } differences)
        {
            throw new ArgumentException(
                $"The models know different classes: {string.Join("; ", differences)}. " +
                "Give classifiers of the same classes; their order may differ.", nameof(members));
        }
        if (members.Select(member => member.Columns.Image).OfType<string>().Distinct().ToList() is { Count: > 1 } columns)
        {
            throw new ArgumentException(
                $"The models read the images from different columns: {ListText.Quoted(columns)}. Train them with one ImageColumnName.",
                nameof(members));
        }
        var decoding = DecodeOptions.For(members[0].Preprocessing, maxPixels: 1);
        foreach (var (index, member) in members.Index())
        {
            if (DecodeOptions.For(member.Preprocessing, maxPixels: 1) is var other && other != decoding)
            {
                throw new ArgumentException(
                    $"Each image is decoded once, but model 1 takes {decoding.Channels} channels and " +
                    $"{(decoding.AppliesExifOrientation ? "applies" : "ignores")} EXIF orientations, while model {index + 1} takes " +
                    $"{other.Channels} and {(other.AppliesExifOrientation ? "applies" : "ignores")} them. Give models that agree.",
                    nameof(members));
            }
        }
    }

    private static string Labels(ImageClassifierTransformer member) => member.IsMultiLabel ? "several labels" : "one label";

    private static string? Difference(int number, IReadOnlyList<string> first, IReadOnlyList<string> other)
    {
        var (missing, besides) = (first.Except(other).ToList(), other.Except(first).ToList());
        return (missing.Count, besides.Count) switch
        {
            (0, 0) => null,
            (_, 0) => $"model {number} lacks {ListText.Quoted(missing)} of model 1",
            (0, _) => $"model {number} knows {ListText.Quoted(besides)}, which model 1 does not",
            _ => $"model {number} lacks {ListText.Quoted(missing)} of model 1 and knows {ListText.Quoted(besides)}, which model 1 does not",
        };
    }
}
