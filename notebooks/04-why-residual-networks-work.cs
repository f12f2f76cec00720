#!/usr/bin/env dotnet
#:package MLNet.ResNetFamily@0.1.0
#:package MLNet.ResNetFamily.Studies@0.1.0
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:include Shared.cs

// Why residual networks work: dotnet run 04-why-residual-networks-work.cs
// Five experiments of the papers: blocks taken out, paths followed, shortcuts taken away or obstructed, blocks left out while training.
using Microsoft.ML;
using MLNet.ResNetFamily;

var page = new List<string>();
string[] shapes = ["disk", "square", "triangle", "cross"];
var train = Shapes.DrawFolder("studies-train", shapes, perClass: 90, seed: 1);
var test = Shapes.DrawFolder("studies-test", shapes, perClass: 25, seed: 3);

// One trained network; the first two studies look into it.
var mlContext = new MLContext(seed: 1);
var options = new ImageClassifierTrainer.Options { Backbone = Backbones.ResNet20Cifar, Epochs = 8, BatchSize = 16 };
var model = mlContext.Transforms.ImageClassifier(options).Fit(mlContext.Data.LoadImageFolder(train));
Console.WriteLine($"After {model.History!.Epochs.Count} epochs it classifies {model.History.Epochs[^1].TrainAccuracy:P0} of its training images rightly.");

// Take a block out.
Show(new LesionStudy(model, test) { DrawCount = 4 }, "lesion-one", "lesion-several");

// Follow the paths.
Show(new PathStudy(model, test) { ImageCount = 24, DrawCount = 6 }, "paths-gradient", "paths-product");

// Take the shortcuts away.
Show(new DegradationStudy(train, test) { Epochs = 10 }, "degradation-error");

// Put something on the shortcut.
Show(new ShortcutStudy(train, test) { Epochs = 8 }, "shortcuts-error");

// Leave blocks out while training.
Show(new DepthStudy(train, test) { Epochs = 8 }, "depth-time", "depth-survival");
Page.Save("Why residual networks work", page);

// A study's text, and those of its plots that are named.
void Show(Study study, params string[] plots)
{
    var folder = Path.Combine(Shapes.Folder, study.Name);
    if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    Console.WriteLine(study.Run(folder).Summary);
    page.Add($"<h2>{study.Question}</h2>");
    page.AddRange(plots.Select(plot => $"<div>{File.ReadAllText(Path.Combine(folder, plot + ".svg"))}</div>"));
}
