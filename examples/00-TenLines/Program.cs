using Microsoft.ML;
using MLNet.ResNetFamily;

string folder = args[0], modelPath = args[1];

var mlContext = new MLContext(seed: 1);
IDataView images = mlContext.Data.LoadImageFolder(folder);                  // one folder of images for each class
var split = mlContext.Data.StratifiedSplit(images, testFraction: 0.2);      // the same part of every class

var trainer = mlContext.MulticlassClassification.Trainers.ImageClassifier(new()
{
    Backbone = Backbones.ResNet20MLNet, Weights = PretrainedWeights.MLNet,  // a network that knows ImageNet
    FineTune = FineTuneKind.HeadOnly, Epochs = 10,                          // learns the folder's classes on top of that
});
using var model = trainer.Fit(split.TrainSet);

Console.WriteLine($"Accuracy on held-out images: {model.Evaluate(split.TestSet).MicroAccuracy:P1}");
mlContext.Model.Save(model, images.Schema, modelPath);
