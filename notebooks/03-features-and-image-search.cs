#!/usr/bin/env dotnet
#:package MLNet.ResNetFamily@0.1.0
#:package TorchSharp-cpu@0.107.0
#:package Microsoft.ML.DnnImageFeaturizer.ResNet18@0.24.0
#:property PublishAot=false
#:include Shared.cs

// Features and image search: dotnet run 03-features-and-image-search.cs
// A frozen network's features feed an ML.NET trainer and find images that look alike.
using Microsoft.ML;
using MLNet.ResNetFamily;

var page = new List<string>();

// Features of images that the network has never seen; it knows ImageNet, and nothing is trained.
string[] shapes = ["disk", "square", "triangle", "cross", "ring", "diamond", "bars", "corner"];
var mlContext = new MLContext(seed: 1);
var images = mlContext.Data.LoadImageFolder(Shapes.DrawFolder("album", shapes, perClass: 60, seed: 2, size: 64));
var featurizer = mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
{
    Backbone = Backbones.ResNet20MLNet, Weights = PretrainedWeights.MLNet, ImageSize = 64,
});
var features = mlContext.Data.Cache(featurizer.Fit(images).Transform(images));
var album = mlContext.Data.CreateEnumerable<Image>(features, reuseRowObject: false).ToList();
Console.WriteLine($"{album.Count} images, {album[0].Features.Length} numbers each; the first: {string.Join(", ", album[0].Features.Take(6).Select(f => f.ToString("F2")))}, ...");

// An ML.NET trainer on the features.
var split = mlContext.Data.TrainTestSplit(features, testFraction: 0.5, seed: 1);
var trainer = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.NormalizeMinMax("Features"))
    .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
var metrics = mlContext.MulticlassClassification.Evaluate(trainer.Fit(split.TrainSet).Transform(split.TestSet));
Console.WriteLine($"Right on the half that was held back: {metrics.MicroAccuracy:P1}");
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
page.Add(Chart.Bars("Found of each shape", "shape", "recall (%)", [.. shapes.Order().Zip(metrics.ConfusionMatrix.PerClassRecall, (shape, recall) => (shape, recall * 100))]).ToString());

// Image search: the five whose features point most nearly the same way.
var right = 0;
foreach (var query in shapes.TakeLast(4).Select(shape => album.First(image => image.Label == shape)))
{
    var nearest = album.Where(image => image != query).OrderByDescending(image => Cosine(image.Features, query.Features)).Take(5).ToList();
    right += nearest.Count(image => image.Label == query.Label);
    Console.WriteLine($"Like a {query.Label}: {string.Join(", ", nearest.Select(n => $"{n.Label} {Cosine(n.Features, query.Features):F3}"))}");
    page.Add(Page.Row([(File.ReadAllBytes(query.ImagePath), "query"), .. nearest.Select(n => (File.ReadAllBytes(n.ImagePath), n.Label))]));
}
Console.WriteLine($"{right} of 20 are of the query's shape.");
Page.Save("Features and image search", page);

static float Cosine(float[] a, float[] b) => Dot(a, b) / MathF.Sqrt(Dot(a, a) * Dot(b, b));
static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();

public sealed class Image
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";

    public float[] Features { get; set; } = [];
}
