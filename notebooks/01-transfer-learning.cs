#!/usr/bin/env dotnet
#:package MLNet.ResNetFamily@0.1.0
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:include Shared.cs

// Transfer learning on a folder: dotnet run 01-transfer-learning.cs
// A network that knows four shapes learns four others from five images of each, in three ways.
using Microsoft.ML;
using MLNet.ResNetFamily;

var page = new List<string>();
string[] known = ["disk", "square", "triangle", "cross"], fresh = ["ring", "diamond", "bars", "corner"];
var many = Shapes.DrawFolder("many", known, perClass: 120, seed: 1);
var few = Shapes.DrawFolder("few", fresh, perClass: 5, seed: 2);
var test = Shapes.DrawFolder("test", fresh, perClass: 50, seed: 3);
page.Add(Page.Row(known.Concat(fresh).Select(shape => (File.ReadAllBytes(Path.Combine(known.Contains(shape) ? many : few, shape, "000.png")), shape))));

// The first task: many images.
var mlContext = new MLContext(seed: 1);
var options = new ImageClassifierTrainer.Options { Backbone = Backbones.ResNet20Cifar, BatchSize = 32 };
var first = mlContext.Transforms.ImageClassifier(options with { Epochs = 8 }).Fit(mlContext.Data.LoadImageFolder(many));
var weights = Path.Combine(Shapes.Folder, "shapes.safetensors");
first.SaveWeights(weights);
Console.WriteLine($"The weights take {new FileInfo(weights).Length / 1e6:F1} MB.");

// The second task: five images of a class, learned in three ways.
var ways = new Dictionary<string, ImageClassifierTrainer.Options>
{
    ["from scratch"] = options with { Epochs = 40, BatchSize = 10 },
    ["classifier only"] = options with { Epochs = 40, BatchSize = 10, Weights = weights, FineTune = FineTuneKind.HeadOnly },
    ["gradual"] = options with { Epochs = 40, BatchSize = 10, Weights = weights, FineTune = FineTuneKind.Gradual },
};
var curves = new Dictionary<string, Curve>();
var model = first;
Console.WriteLine("Right of 200 new images:");
foreach (var (name, way) in ways)
{
    curves[name] = new Curve();
    model = mlContext.Transforms.ImageClassifier(way with { Progress = curves[name] }).Fit(mlContext.Data.LoadImageFolder(few));
    Console.WriteLine($"  {name,-16}{model.Evaluate(mlContext.Data.LoadImageFolder(test)).MicroAccuracy:P1}");
}
page.Add(Chart.Line("Right on the training images", "epoch", "right (%)", [.. curves.Select(c => (c.Key, c.Value.Accuracy.Select(a => a * 100)))]).ToString());

// Keep it, and let it guess.
var path = Path.Combine(Shapes.Folder, "shapes.zip");
mlContext.Model.Save(model, mlContext.Data.LoadImageFolder(few).Schema, path);
using var engine = mlContext.Model.CreatePredictionEngine<Photo, Guess>(mlContext.Model.Load(path, out _));
var guesses = fresh.Select(shape => new Photo { ImagePath = Path.Combine(test, shape, "007.png") }).Select(photo => (photo.ImagePath, Guess: engine.Predict(photo))).ToList();
foreach (var (shape, guess) in fresh.Zip(guesses.Select(g => g.Guess)))
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
