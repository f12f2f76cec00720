using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Cli;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times ML.NET's own way from files to the features of its package's network. It takes as many threads as there are cores.</summary>
internal static class FeaturizerPeer
{
    private const int ImageSize = 224;

    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        var mlContext = new MLContext(seed: 0);
        var images = mlContext.Data.LoadFromEnumerable(ImageFile.All(task.Data));
        using var model = mlContext.Transforms.LoadImages("Image", imageFolder: "", nameof(ImageFile.ImagePath))
            .Append(mlContext.Transforms.ResizeImages("Image", ImageSize, ImageSize))
            .Append(mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(mlContext.Transforms.DnnFeaturizeImage(
                "Features", input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn), "Pixels"))
            .Fit(images);
        return PassTimer.Run(() => model.Transform(images).GetColumn<float[]>("Features").Count());
    }
}
