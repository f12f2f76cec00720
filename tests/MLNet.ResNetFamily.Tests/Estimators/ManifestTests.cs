using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>A table of paths and labels is as good as a folder of folders.</summary>
[TestClass]
public sealed class ManifestTests
{
    [TestMethod]
    [DataRow("list.tsv", '\t')]
    [DataRow("list.csv", ',')]
    public void ATextFileOfPathsTrainsTheSameModelAsTheFolder(string name, char separator)
    {
        using var folder = new TemporaryFolder();
        var rows = TestImages.Files(Path.Combine(folder.Path, "images"), 12);
        var manifest = folder.Write(name);
        // In the order of the folder: by class, then by name.
        File.WriteAllLines(
            manifest, rows.OrderBy(row => row.Image, StringComparer.Ordinal).Select(row => $"{row.Image}{separator}{row.Label}")
            .Prepend($"ImagePath{separator}Label"));
        var mlContext = new MLContext(seed: 1);

        var fromTable = Scores(mlContext, mlContext.Data.LoadFromTextFile<Photo>(manifest, separator, hasHeader: true));
        var fromFolder = Scores(mlContext, mlContext.Data.LoadImageFolder(Path.Combine(folder.Path, "images")));

        Assert.HasCount(12, fromTable);
        for (var row = 0; row < fromTable.Count; row++)
            CollectionAssert.AreEqual(fromFolder[row].Score, fromTable[row].Score);
    }

    private static List<Guess> Scores(MLContext mlContext, IDataView data)
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { ImageColumnName = "ImagePath", Epochs = 2 }));
        using var model = pipeline.Fit(data);
        return [.. mlContext.Data.CreateEnumerable<Guess>(model.Transform(data), reuseRowObject: false)];
    }

    private sealed class Photo
    {
        [LoadColumn(0)]
        public string ImagePath { get; set; } = "";

        [LoadColumn(1)]
        public string Label { get; set; } = "";
    }

    private sealed class Guess
    {
        public float[] Score { get; set; } = [];
    }
}
