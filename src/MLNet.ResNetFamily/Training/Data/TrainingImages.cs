namespace MLNet.ResNetFamily;

/// <summary>Images with their classes.</summary>
/// <param name="Items">The images.</param>
/// <param name="Labels">The class of each image, from 0 to below <paramref name="ClassCount"/>.</param>
/// <param name="ClassCount">Number of classes, those without images included.</param>
internal sealed record TrainingImages(IReadOnlyList<ImageItem> Items, IReadOnlyList<int> Labels, int ClassCount)
{
    /// <summary>Name of each class; empty where the classes have none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Checks that every image has a class.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, or a class is out of range.</exception>
    internal void Validate()
    {
        if (Items.Count != Labels.Count)
            throw new ArgumentException($"There are {Items.Count} images and {Labels.Count} labels, but each image needs one label.");
        for (var index = 0; index < Labels.Count; index++)
        {
            if (Labels[index] < 0 || Labels[index] >= ClassCount)
            {
                throw new ArgumentException(
                    $"'{Items[index].Origin}': the label is {Labels[index]}, but it must be from 0 to {ClassCount - 1}. " +
                    $"Give the image one of the {ClassCount} classes, or leave it out.");
            }
        }
    }

    /// <summary>The number of classes that at least one of the images shows.</summary>
    internal int ShownClassCount => Labels.Distinct().Count();
}
