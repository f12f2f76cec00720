namespace MLNet.ResNetFamily;

/// <summary>Images with their classes.</summary>
/// <param name="Items">The images.</param>
/// <param name="Labels">The class of each image, from 0 to below <paramref name="ClassCount"/>.</param>
/// <param name="ClassCount">Number of classes, those without images included.</param>
internal sealed record TrainingImages(IReadOnlyList<ImageItem> Items, IReadOnlyList<int> Labels, int ClassCount)
{
    /// <summary>Name of each class; empty where the classes have none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The classes of each image where it may show several, or none; null where each shows one.</summary>
    public IReadOnlyList<int[]>? LabelSets { get; init; }

    /// <summary>Images that may show several classes.</summary>
    public static TrainingImages MultiLabel(IReadOnlyList<ImageItem> items, IReadOnlyList<int[]> labelSets, int classCount) =>
        new(items, [], classCount) { LabelSets = labelSets };

    /// <summary>The classes of an image.</summary>
    public IReadOnlyList<int> ClassesOf(int index) => LabelSets?[index] ?? [Labels[index]];

    /// <summary>The same images, or some of them, in the given order.</summary>
    public TrainingImages At(int[] places) => this with
    {
        Items = Array.ConvertAll(places, place => Items[place]),
        Labels = LabelSets is null ? Array.ConvertAll(places, place => Labels[place]) : [],
        LabelSets = LabelSets is null ? null : Array.ConvertAll(places, place => LabelSets[place]),
    };

    /// <summary>Checks that every image has a class.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, or a class is out of range.</exception>
    internal void Validate()
    {
        var labelCount = LabelSets?.Count ?? Labels.Count;
        if (Items.Count != labelCount)
            throw new ArgumentException($"There are {Items.Count} images and {labelCount} labels, but each image needs one label.");
        for (var index = 0; index < labelCount; index++)
        {
            foreach (var label in ClassesOf(index).Where(label => label < 0 || label >= ClassCount))
            {
                throw new ArgumentException(
                    $"'{Items[index].Origin}': the label is {label}, but it must be from 0 to {ClassCount - 1}. " +
                    $"Give the image one of the {ClassCount} classes, or leave it out.");
            }
        }
    }

    /// <summary>The number of classes that at least one of the images shows.</summary>
    internal int ShownClassCount => Enumerable.Range(0, Items.Count).SelectMany(ClassesOf).Distinct().Count();
}
