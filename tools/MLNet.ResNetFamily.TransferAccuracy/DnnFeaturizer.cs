using Microsoft.ML;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>ML.NET's own way from image files to the features of its package's network, as its documentation has it.</summary>
internal static class DnnFeaturizer
{
    private const int ImageSize = 224;

    // The package puts them beside the program.
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "DnnImageModels");

    private static readonly string[] Files =
        [Path.Combine(Models, "ResNetPrepOnnx", "ResNetPreprocess.onnx"), Path.Combine(Models, "ResNet18Onnx", "ResNet18.onnx")];

    /// <summary>Why it cannot run here; null where it can.</summary>
    public static string? WhyNot => Files.FirstOrDefault(file => !File.Exists(file)) is { } missing
        ? $"Rows of DnnFeaturizeImage are left out: there is no file '{missing}', which Microsoft.ML.DnnImageFeaturizer.ResNet18 brings. " +
            "Build this tool anew."
        : null;

    /// <summary>Makes <c>Features</c> of <c>ImagePath</c>. What it is fitted to it keeps: make one for each use.</summary>
    public static IEstimator<ITransformer> Create(MLContext mlContext) =>
        mlContext.Transforms.LoadImages("Image", imageFolder: "", "ImagePath")
            .Append(mlContext.Transforms.ResizeImages("Image", ImageSize, ImageSize))
            .Append(mlContext.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(mlContext.Transforms.DnnFeaturizeImage(
                "Features", input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn, Models), "Pixels"));
}
