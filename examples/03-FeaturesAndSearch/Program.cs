using Microsoft.ML;
using MLNet.ResNetFamily;

// Turns images into features with a frozen network; an ordinary ML.NET trainer learns from them, and similar images have similar features.
if (args is not [var folder, var backbone, var weights, var queryPath])
{
    Console.Error.WriteLine(
        "Usage: FeaturesAndSearch FOLDER BACKBONE WEIGHTS IMAGE, for example: FeaturesAndSearch flowers resnet20_mlnet mlnet rose.jpg");
    return 2;
}

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadImageFolder(folder);
using var featurizer = mlContext.Transforms.ImageFeaturizer("Features", "ImagePath", Backbones.Named(backbone), weights).Fit(images);
IDataView features = mlContext.Data.Cache(featurizer.Transform(images));             // each image goes through the network once

// A trainer of ML.NET on the features.
var split = mlContext.Data.TrainTestSplit(features, testFraction: 0.25, seed: 1);
var trainer = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.NormalizeMinMax("Features"))
    .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
var metrics = mlContext.MulticlassClassification.Evaluate(trainer.Fit(split.TrainSet).Transform(split.TestSet));
Console.WriteLine($"LbfgsMaximumEntropy on {backbone} features: {metrics.MicroAccuracy:P1} of the held-out images");

// Image search: the images whose features point the same way as those of the query.
var query = new[] { new Photo { ImagePath = queryPath } };
float[] wanted = Read(featurizer.Transform(mlContext.Data.LoadFromEnumerable(query))).Single().Features;
Console.WriteLine($"Most like {queryPath}:");
foreach (var photo in Read(features).OrderByDescending(photo => Cosine(photo.Features, wanted)).Take(5))
    Console.WriteLine($"  {Cosine(photo.Features, wanted):F3}  {photo.Label,-12} {photo.ImagePath}");
return 0;

IEnumerable<Photo> Read(IDataView data) => mlContext.Data.CreateEnumerable<Photo>(data, reuseRowObject: false, ignoreMissingColumns: true);

static float Cosine(float[] a, float[] b) => Dot(a, b) / MathF.Sqrt(Dot(a, a) * Dot(b, b));

static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    public float[] Features { get; set; } = [];
}
