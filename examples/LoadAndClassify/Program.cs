using Microsoft.ML;

// A program that only loads a saved model: the library is referenced and never called.
if (args is not [var modelPath, var picturePath])
{
    Console.Error.WriteLine("Usage: LoadAndClassify MODEL PICTURE");
    return 2;
}

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(modelPath, out _);
using var engine = mlContext.Model.CreatePredictionEngine<Photo, Guess>(model);

Guess guess = engine.Predict(new Photo { ImagePath = picturePath });
Console.WriteLine($"{picturePath}: {guess.PredictedLabel} ({guess.Score.Max():P1})");
return 0;

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
