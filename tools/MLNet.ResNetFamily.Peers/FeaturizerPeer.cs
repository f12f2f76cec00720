using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Cli;
using MLNet.ResNetFamily.TransferAccuracy;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times ML.NET's own way from files to the features of its package's network. It takes as many threads as there are cores.</summary>
internal static class FeaturizerPeer
{
    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        var mlContext = new MLContext(seed: 0);
        var images = mlContext.Data.LoadFromEnumerable(ImageFile.All(task.Data));
        var model = DnnFeaturizer.Create(mlContext).Fit(images);
        using var owned = (IDisposable)model;
        return PassTimer.Run(() => model.Transform(images).GetColumn<float[]>("Features").Count());
    }
}
