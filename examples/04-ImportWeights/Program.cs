using Microsoft.ML;
using MLNet.ResNetFamily;

// Makes an ML.NET model of a network that was trained in PyTorch: torch.save(model.state_dict(), "resnet50.pth"), or a .safetensors file.
if (args is not [var backbone, var checkpoint, var labelsFile, var modelPath])
{
    Console.Error.WriteLine(
        "Usage: ImportWeights BACKBONE CHECKPOINT LABELS-FILE MODEL, for example: ImportWeights resnet50 resnet50.pth " +
        "labels.txt resnet50.zip");
    return 2;
}

string[] classNames = File.ReadAllLines(labelsFile);                       // one name a line, in the order of the network's outputs

var mlContext = new MLContext();
using var classifier = mlContext.Model.ImportImageClassifier(
    Backbones.Named(backbone), checkpoint, classNames, imageColumnName: "ImagePath");
Console.WriteLine($"{classifier.Backbone.Name} with {classifier.ClassNames.Count} classes, input {classifier.Preprocessing.ImageSize} px");

// The predicted label as a text, as a trained pipeline gives it; then the file is one like any other model.
IDataView noImages = mlContext.Data.LoadFromEnumerable(Array.Empty<Photo>());
ITransformer model = classifier.Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(classifier.Transform(noImages)));
mlContext.Model.Save(model, noImages.Schema, modelPath);
Console.WriteLine($"Saved {modelPath}");
return 0;

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}
