#:package MLNet.ResNetFamily@0.1.0
#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false

// One file, no project: dotnet run classify.cs FOLDER IMAGE
// Trains on a folder with one folder of images for each class, keeps the model beside it, and classifies the image.
using Microsoft.ML;
using MLNet.ResNetFamily;

if (args is not [var folder, var imagePath])
{
    Console.Error.WriteLine("Usage: dotnet run classify.cs FOLDER IMAGE");
    return 2;
}

var mlContext = new MLContext(seed: 1);
string modelPath = Path.TrimEndingDirectorySeparator(folder) + ".zip";
if (!File.Exists(modelPath))
{
    IDataView images = mlContext.Data.LoadImageFolder(folder);
    var trainer = mlContext.MulticlassClassification.Trainers.ImageClassifier(new() { Backbone = Backbones.ResNet(18), ImageSize = 64 });
    Console.WriteLine($"Training on {folder} ...");
    mlContext.Model.Save(trainer.Fit(images), images.Schema, modelPath);
}

using var engine = mlContext.Model.CreatePredictionEngine<Photo, Guess>(mlContext.Model.Load(modelPath, out _));
Guess guess = engine.Predict(new Photo { ImagePath = imagePath });
Console.WriteLine($"{imagePath}: {guess.PredictedLabel} ({guess.Score.Max():P1})");
return 0;

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
