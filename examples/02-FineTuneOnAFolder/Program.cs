using Microsoft.ML;
using MLNet.ResNetFamily;

// Teaches a network that knows ImageNet the classes of a folder, which holds one folder of images for each class.
if (args is not [var folder, var backbone, var weights, var modelPath])
{
    Console.Error.WriteLine(
        "Usage: FineTuneOnAFolder FOLDER BACKBONE WEIGHTS MODEL, for example: FineTuneOnAFolder flowers resnet20_mlnet mlnet flowers.zip");
    return 2;
}

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadImageFolder(folder);                  // one folder of images for each class
var split = mlContext.Data.StratifiedSplit(images, testFraction: 0.2);      // the same part of every class

var trainer = mlContext.MulticlassClassification.Trainers.ImageClassifier(new()
{
    Backbone = Backbones.Named(backbone), Weights = weights,                // "mlnet", "imagenet", a name of PretrainedWeights.All, a file
    FineTune = FineTuneKind.Gradual,                                        // first the new head alone, then all layers
    Epochs = 10, Progress = new EpochLines(),
});
using var model = trainer.Fit(split.TrainSet);
var metrics = model.Evaluate(split.TestSet);
Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
Console.WriteLine($"Accuracy on held-out images: {metrics.MicroAccuracy:P1}");

mlContext.Model.Save(model, images.Schema, modelPath);
Console.WriteLine($"Saved {modelPath}");
return 0;

/// <summary>Prints each epoch at its end.</summary>
internal sealed class EpochLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine(
        $"epoch {value.Epoch,2} of {value.EpochCount}: loss {value.TrainLoss:F3}, accuracy {value.TrainAccuracy:P0}, " +
        $"{value.ImagesPerSecond:F0} images/s");
}
