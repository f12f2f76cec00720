#!/usr/bin/env dotnet
#:package MLNet.ResNetFamily@0.1.0
#:package TorchSharp-cpu@0.107.0
#:package Microsoft.ML.DnnImageFeaturizer.ResNet18@0.24.0
#:property PublishAot=false
#:include Shared.cs

// Transfer learning on a folder: dotnet run 01-transfer-learning.cs
// Eight drawn shapes are learned from five images of each: from scratch, and in two ways by a network that knows ImageNet.
using Microsoft.ML;
using MLNet.ResNetFamily;

var page = new List<string>();
string[] shapes = ["disk", "square", "triangle", "cross", "ring", "diamond", "bars", "corner"];
var few = Shapes.DrawFolder("few", shapes, perClass: 5, seed: 2, size: 64);
var test = Shapes.DrawFolder("test", shapes, perClass: 25, seed: 3, size: 64);
page.Add(Page.Row(shapes.Select(shape => (File.ReadAllBytes(Path.Combine(few, shape, "000.png")), shape))));

// Five images of a class, learned in three ways. Shapes need no more than 64 of the 224 pixels that the weights were learned with.
var mlContext = new MLContext(seed: 1);
var fromScratch = new ImageClassifierTrainer.Options
{
    Backbone = Backbones.ResNet20MLNet, ImageSize = 64, Epochs = 20, BatchSize = 10,
};
var fromImageNet = fromScratch with { Weights = PretrainedWeights.MLNet };
var ways = new Dictionary<string, ImageClassifierTrainer.Options>
{
    ["from scratch"] = fromScratch,
    ["classifier only"] = fromImageNet with { FineTune = FineTuneKind.HeadOnly },
    ["gradual"] = fromImageNet with { FineTune = FineTuneKind.Gradual },
};
var curves = new Dictionary<string, Curve>();
var models = new Dictionary<string, ImageClassifierTransformer>();
Console.WriteLine("Right of 200 new images:");
foreach (var (name, way) in ways)
{
    curves[name] = new Curve();
    models[name] = mlContext.Transforms.ImageClassifier(way with { Progress = curves[name] }).Fit(mlContext.Data.LoadImageFolder(few));
    Console.WriteLine($"  {name,-16}{models[name].Evaluate(mlContext.Data.LoadImageFolder(test)).MicroAccuracy:P1}");
}
page.Add(Chart.Line("Right on the training images", "epoch", "right (%)", [.. curves.Select(c => (c.Key, c.Value.Accuracy.Select(a => a * 100)))]).ToString());

// Keep it, and let it guess.
var path = Path.Combine(Shapes.Folder, "shapes.zip");
mlContext.Model.Save(models["gradual"], mlContext.Data.LoadImageFolder(few).Schema, path);
using var engine = mlContext.Model.CreatePredictionEngine<Photo, Guess>(mlContext.Model.Load(path, out _));
var guesses = shapes.Select(shape => new Photo { ImagePath = Path.Combine(test, shape, "004.png") }).Select(photo => (photo.ImagePath, Guess: engine.Predict(photo))).ToList();
foreach (var (shape, guess) in shapes.Zip(guesses.Select(g => g.Guess)))
    Console.WriteLine($"A {shape}: {guess.PredictedLabel}, {guess.Score.Max():P0}");
page.Add(Page.Row(guesses.Select(g => (File.ReadAllBytes(g.ImagePath), g.Guess.PredictedLabel))));
Page.Save("Transfer learning on a folder", page);

/// <summary>Remembers the accuracy of every epoch.</summary>
public sealed class Curve : IProgress<TrainingProgress>
{
    public List<double> Accuracy { get; } = [];

    public void Report(TrainingProgress value) => Accuracy.Add(value.TrainAccuracy);
}

public sealed class Photo
{
    public string ImagePath { get; set; } = "";
}

public sealed class Guess
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
