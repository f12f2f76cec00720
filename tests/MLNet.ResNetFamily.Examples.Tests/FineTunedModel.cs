namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>The model that example 00 makes of ML.NET's ImageNet weights and the images of <see cref="SmallModel"/>.</summary>
internal static class FineTunedModel
{
    private static readonly Lazy<Task<string>> Trained = new(TrainAsync);

    /// <summary>Where it is saved.</summary>
    public static Task<string> PathAsync => Trained.Value;

    private static async Task<string> TrainAsync()
    {
        var path = SmallModel.NewPath("fine-tuned.zip");
        await ExampleProgram.OutputAsync("TenLines", SmallModel.Images, path);
        return path;
    }
}
