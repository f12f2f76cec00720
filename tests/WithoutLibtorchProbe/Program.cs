using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily;

// Prints, a line of JSON each, the scores of image files and what is said about everything that needs libtorch:
// MODEL MODEL-WITHOUT-GRAPH COPY FILE...
var (path, old, copy, files) = (args[0], args[1], args[2], args[3..]);
var mlContext = new MLContext();
var data = mlContext.Data.LoadFromEnumerable(files.Select(file => new FileRow { Image = file }));
var model = (ImageClassifierTransformer)mlContext.Model.Load(path, out _);
Print("Scores", model.Transform(data).GetColumn<float[]>("Score").SelectMany(scores => scores).ToArray());
mlContext.Model.Save(model, data.Schema, copy);
Print("Explain", Error(() => model.Explain(files[0])));
Print("SaveAsOnnx", Error(() => model.SaveAsOnnx(Path.ChangeExtension(copy, ".onnx"))));
model.Scoring = model.Scoring with { Engine = ScoringEngine.Libtorch };
Print("Engine", Error(() => model.Transform(data).Preview()));
Print("OldModel", Error(() => mlContext.Model.Load(old, out _)));
Print("Training", Error(() => mlContext.Transforms.ResNetClassifier().Fit(data)));

static string Error(Action action)
{
    try
    {
        action();
        return "";
    }
    catch (Exception error)
    {
        return error.GetBaseException().Message;
    }
}

static void Print(string name, object value) => Console.WriteLine(JsonSerializer.Serialize(new { Name = name, Value = value }));

internal sealed class FileRow
{
    public string Image { get; set; } = "";

    public string Label { get; set; } = "";
}
