namespace MLNet.ResNetFamily.Comparison;

/// <summary>A file with the weights that torchvision draws for a network, seed 0; deleted when disposed.</summary>
internal sealed class RandomWeights : IDisposable
{
    private RandomWeights(string path) => Path = path;

    public string Path { get; }

    public static RandomWeights Of(string network)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{network}-{Guid.NewGuid():N}.pth");
        Python.Run(
            $"""
            import torch, torchvision
            torch.manual_seed(0)
            torch.save(torchvision.models.{network}(weights=None).state_dict(), '{path}')
            """);
        return new(path);
    }

    public void Dispose() => File.Delete(Path);
}
