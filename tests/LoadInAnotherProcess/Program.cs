using Microsoft.ML;
using Microsoft.ML.Data;

// Loads a saved model, scores image files with it, and prints the bits of each number: MODEL COLUMN FILE...
var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);
var files = args[2..].Select(path => new FileRow { Image = path });
var scored = model.Transform(mlContext.Data.LoadFromEnumerable(files));
foreach (var row in scored.GetColumn<float[]>(args[1]))
    Console.WriteLine(string.Join(' ', row.Select(value => BitConverter.SingleToUInt32Bits(value).ToString("x8"))));

internal sealed class FileRow
{
    public string Image { get; set; } = "";
}
