using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using MLNet.ResNetFamily.Cli;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times ML.NET's own way from files to labels.</summary>
internal static class PipelinePeer
{
    private const int ImageSize = 224;

    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        var mlContext = new MLContext(seed: 0);
        var images = mlContext.Data.LoadFromEnumerable(ImageFile.All(task.Data));
        // The colors' own means and deviations differ a little; the time does not.
        using var model = mlContext.Transforms.LoadImages("Image", imageFolder: "", nameof(ImageFile.ImagePath))
            .Append(mlContext.Transforms.ResizeImages("Image", ImageSize, ImageSize))
            .Append(mlContext.Transforms.ExtractPixels("images", "Image", offsetImage: 116, scaleImage: 1 / 58f))
            .Append(mlContext.Transforms.ApplyOnnxModel(new OnnxOptions
            {
                ModelFile = task.File, InputColumns = ["images"], OutputColumns = ["logits"], IntraOpNumThreads = task.Threads,
            })).Fit(images);

        return PassTimer.Run(() => model.Transform(images).GetColumn<float[]>("logits")
            .Select(logits => TensorPrimitives.IndexOfMax<float>(logits)).ToList().Count);
    }
}
