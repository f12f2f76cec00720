using System.Diagnostics;
using Demo;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily;

// Usage: Demo OUTPUT-FOLDER [IMAGE-FOLDER] [WEIGHTS]: trains a small ResNeXt on a folder of class folders, or on images that it draws
// where that is left out or empty; where weights are named ("mlnet"), they are fine-tuned instead.
var output = Directory.CreateDirectory(args[0]).FullName;
var drawn = Path.Combine(output, "images");
var folder = args.ElementAtOrDefault(1) is { Length: > 0 } given ? given : drawn;
var weights = args.ElementAtOrDefault(2);
var watch = Stopwatch.StartNew();
if (folder == drawn)
{
    if (Directory.Exists(drawn))
        Directory.Delete(drawn, recursive: true);
    new ObjectPictures(size: 96, seed: 1).Draw(drawn, perClass: 300);
    Console.WriteLine($"Drew {DrawnObject.All.Count * 300} images of {DrawnObject.All.Count} kinds of object in {drawn}");
}

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadImageFolder(folder);
var split = mlContext.Data.StratifiedSplit(images, testFraction: 0.2);

var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    .Append(mlContext.Transforms.LoadImages("Image", imageFolder: null, "ImagePath"))
    .Append(mlContext.Transforms.ImageClassifier(weights is null ? FromScratch() : FineTuned(weights)))
    .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

using var model = pipeline.Fit(split.TrainSet);
var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

Console.WriteLine();
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
Console.WriteLine(
    $"Accuracy on held-out images: {metrics.MicroAccuracy:P1}, log-loss {metrics.LogLoss:F3}, {watch.Elapsed.TotalSeconds:F0} s");

mlContext.Model.Save(model, images.Schema, Path.Combine(output, "model.zip"));
var heldOut = split.TestSet.GetColumn<string>("ImagePath").First();
File.Copy(heldOut, Path.Combine(output, "image.jpg"), overwrite: true);
Console.WriteLine($"Saved {Path.Combine(output, "model.zip")}; a held-out image, {heldOut}, is now {Path.Combine(output, "image.jpg")}");

ImageClassifierTrainer.Options FromScratch() => new()
{
    Backbone = Backbones.ResNeXt(depth: 26, cardinality: 8, baseWidth: 8),
    ImageSize = 64,
    Epochs = 12,
    Optimizer = OptimizerKind.AdamW,
    LearningRate = 0.002,
    Augmentation = new() { FlipProbability = folder == drawn ? 0.5 : 0, MinScale = 0.8 },
    Progress = new EpochLines(),
};

ImageClassifierTrainer.Options FineTuned(string weights) => new()
{
    Backbone = Backbones.ResNet20MLNet,
    Weights = weights,
    FineTune = FineTuneKind.Gradual,
    Epochs = 8,
    Progress = new EpochLines(),
};

/// <summary>Prints each epoch at its end.</summary>
internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine(
        $"epoch {value.Epoch,2} of {value.EpochCount}: loss {value.TrainLoss:F3}, accuracy {value.TrainAccuracy:P0}, " +
        $"{value.ImagesPerSecond:F0} images/s");
}
