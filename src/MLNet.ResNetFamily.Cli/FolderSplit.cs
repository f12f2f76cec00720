using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// A folder of labeled images in two parts, as <see cref="ImageClassifierTrainer.Options.ValidationFraction"/> makes them.
/// </summary>
internal static class FolderSplit
{
    /// <summary>Splits the images; the report can then be told which of them were not trained on.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="folder">One sub-folder a class.</param>
    /// <param name="fraction">Part to set aside, above 0 and below 1.</param>
    /// <param name="seed">Where the choice comes from.</param>
    /// <exception cref="ArgumentException">Too few images: none would be set aside.</exception>
    public static (IDataView Train, IDataView Validation) Of(MLContext mlContext, IDataView folder, double fraction, int seed)
    {
        var images = mlContext.Data.CreateEnumerable<LabeledImage>(folder, reuseRowObject: false).ToList();
        var classes = images.Select(image => image.Label).Distinct().Order(StringComparer.Ordinal).Index()
            .ToDictionary(c => c.Item, c => c.Index);
        var isSetAside = StratifiedSplit.SetAside([.. images.Select(image => classes[image.Label])], fraction, seed);
        return (Part(false), Part(true));

        IDataView Part(bool setAside) =>
            mlContext.Data.LoadFromEnumerable(images.Where((_, index) => isSetAside[index] == setAside).ToList());
    }

    private sealed class LabeledImage
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
