using Microsoft.ML;
using Microsoft.ML.Data;

// Classifies one image with a saved model. The library is referenced and never called: ML.NET finds it by itself.
if (args is not [var modelPath, var imagePath])
{
    Console.Error.WriteLine("Usage: ClassifyOneImage MODEL IMAGE");
    return 2;
}

var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(modelPath, out _);
using var engine = mlContext.Model.CreatePredictionEngine<Photo, Guess>(model);

Guess guess = engine.Predict(new Photo { ImagePath = imagePath });
Console.WriteLine($"{imagePath}: {guess.PredictedLabel} ({guess.Score.Max():P1})");

// The score column carries the names of the classes, in the order of the probabilities.
VBuffer<ReadOnlyMemory<char>> names = default;
engine.OutputSchema["Score"].GetSlotNames(ref names);
foreach (var (probability, name) in guess.Score.Zip(names.DenseValues()).OrderByDescending(pair => pair.First).Take(5))
    Console.WriteLine($"{probability,7:P1} {new string('#', (int)MathF.Round(probability * 40)),-40} {name}");
return 0;

internal sealed class Photo
{
    public string ImagePath { get; set; } = "";

    public string Label { get; set; } = "";        // unknown, but a pipeline that begins with MapValueToKey asks for the column
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];       // one probability for each class; they add up to 1
}
