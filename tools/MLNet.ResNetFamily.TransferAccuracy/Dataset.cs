using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>Images to learn from and others to test with, each with the columns <c>ImagePath</c> and <c>Label</c>.</summary>
/// <param name="Name">What the table calls them.</param>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What is measured on.</param>
internal sealed record Dataset(string Name, IDataView Train, IDataView Test)
{
    /// <summary>The images of a folder with the folders <c>train</c> and <c>test</c>; none is opened yet.</summary>
    /// <exception cref="ArgumentException">One of the folders is missing.</exception>
    /// <exception cref="InvalidDataException">One of them has no images, or their classes cannot be learned.</exception>
    public static Dataset Load(string folder)
    {
        var mlContext = new MLContext();
        string trainPath = Path.Combine(folder, "train"), testPath = Path.Combine(folder, "test");
        var (train, test) = (mlContext.Data.LoadImageFolder(trainPath), mlContext.Data.LoadImageFolder(testPath));
        var classes = Classes(train);
        if (classes.Count < 2)
            throw new InvalidDataException($"'{trainPath}' has 1 class, but at least 2 are needed. Add a sub-folder of other images.");
        var unknown = Classes(test).Except(classes).ToList();
        return unknown.Count == 0
            ? new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), train, test)
            : throw new InvalidDataException(
                $"Classes of '{testPath}' are missing in '{trainPath}', where they would be learned: " +
                $"'{string.Join("', '", unknown.Take(10))}' ({unknown.Count} in all). Add images of them.");
    }

    private static HashSet<string> Classes(IDataView images) => [.. images.GetColumn<string>("Label")];
}
