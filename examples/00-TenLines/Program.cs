using Microsoft.ML;
using MLNet.ResNetFamily;

string folder = args[0], modelPath = args[1];

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadImageFolder(folder);                  // one folder of images for each class
var split = mlContext.Data.StratifiedSplit(images, testFraction: 0.2);      // the same part of every class

var trainer = mlContext.MulticlassClassification.Trainers.ResNetClassifier(depth: 18);
using var model = trainer.Fit(split.TrainSet);

Console.WriteLine($"Accuracy on held-out images: {model.Evaluate(split.TestSet).MicroAccuracy:P1}");
mlContext.Model.Save(model, images.Schema, modelPath);
