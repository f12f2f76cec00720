#!/usr/bin/env dotnet
#:package MLNet.ResNetFamily@0.1.0
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:include Shared.cs

// What residual networks differ in: dotnet run 02-what-residual-networks-differ-in.cs
// Their blocks side by side, their costs in one plot, and what small ones of four families look at.
using Microsoft.ML;
using MLNet.ResNetFamily;

var page = new List<string>();

// One block of each.
var blocks = new (BackboneSpec Spec, string Prefix)[] { (Backbones.ResNet50, "layer1.0."), (Backbones.ResNeXt50_32x4d, "layer1.0."), (Backbones.WideResNet50_2, "layer1.0."), (Backbones.DenseNet121, "denseblock1.denselayer1.") };
foreach (var (spec, prefix) in blocks)
{
    Console.WriteLine($"{spec.Name,-42}{"output",12}{"parameters",14}{"multiply-adds",16}");
    foreach (var layer in NetworkSummary.Of(spec).Layers.Where(layer => layer.Name.Contains(prefix) && layer.MultiplyAdds > 0))
        Console.WriteLine($"  {layer.Name,-40}{string.Join('×', layer.OutputShape.Skip(1)),12}{layer.Parameters,14:N0}{layer.MultiplyAdds / 1e6,14:N1} M");
}

// What they cost.
var networks = Backbones.All.Where(spec => spec.Preprocessing.ImageSize > 32).Select(spec => (Spec: spec, Cost: NetworkSummary.CostOf(spec))).ToList();
var groups = networks.GroupBy(n => n.Spec.Family is "ResNet" or "ResNeXt" or "Wide ResNet" or "DenseNet" ? n.Spec.Family : "others");
page.Add(Chart.Points("What an image costs", "multiply-adds (billions)", "parameters (millions)",
    [.. groups.Select(g => (g.Key, g.Select(n => (n.Cost.MultiplyAdds / 1e9, n.Cost.Parameters / 1e6, (string?)n.Spec.Name))))]).ToString());
Console.WriteLine($"{networks.Count} networks, from {networks.Min(n => n.Cost.Parameters) / 1e6:F1} to {networks.Max(n => n.Cost.Parameters) / 1e6:F1} M parameters.");

// Where they look.
string[] shapes = ["disk", "square", "triangle", "cross"];
var train = Shapes.DrawFolder("four-shapes", shapes, perClass: 100, seed: 1);
var test = Shapes.DrawFolder("four-shapes-test", shapes, perClass: 25, seed: 2);
BackboneSpec[] small =
[
    Backbones.ResNet20Cifar with { Name = "resnet14", Depths = [2, 2, 2] },
    Backbones.PreResNet110Cifar with { Name = "preresnet14", Depths = [2, 2, 2] },
    Backbones.ResNeXt29_32x4dCifar with { Name = "resnext11_4x4d", Depths = [1, 1, 1], BaseWidth = 16, Groups = 4, GroupWidth = 16 },
    Backbones.DenseNetBC100_12Cifar with { Name = "densenet_bc_22_12", Depths = [3, 3, 3] },
];

var mlContext = new MLContext(seed: 1);
var images = shapes.Select(shape => Path.Combine(test, shape, "003.png")).ToList();
page.Add(Page.Row(images.Zip(shapes, (image, shape) => (File.ReadAllBytes(image), shape))));
foreach (var spec in small)
{
    var trainer = mlContext.Transforms.ImageClassifier(new ImageClassifierTrainer.Options { Backbone = spec, Epochs = 8, BatchSize = 16 });
    var model = trainer.Fit(mlContext.Data.LoadImageFolder(train));
    var accuracy = model.Evaluate(mlContext.Data.LoadImageFolder(test)).MicroAccuracy;
    Console.WriteLine($"{spec.Name} ({spec.Family}): {NetworkSummary.Of(spec, classCount: 4).Parameters:N0} parameters, right on {accuracy * 100:F0} of 100");
    var explanations = images.Select(image => model.Explain(image)).ToList();
    page.Add($"<h4>{spec.Name}</h4>" + Page.Row(explanations.Select(e => (e.ToOverlayPng(), $"{e.Label} {e.Probability:P0}"))));
}
Page.Save("What residual networks differ in", page);
