using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>
/// A trainer of ML.NET on the features that a frozen network with ImageNet weights finds. Nothing is left to chance, so it runs once.
/// </summary>
internal static class FeatureTraining
{
    /// <summary>On the features of this library's featurizer.</summary>
    public static Method OnImageFeaturizer(Options options) => On(
        "`ImageFeaturizer`, `mlnet`", mlContext => mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            Backbone = Backbones.ResNet20MLNet, Weights = PretrainedWeights.MLNet, ImageSize = options.ImageSize,
        }));

    /// <summary>On the features of ML.NET's.</summary>
    public static Method OnDnnFeaturizer() => On("`DnnFeaturizeImage`", DnnFeaturizer.Create);

    private static Method On(string start, Func<MLContext, IEstimator<ITransformer>> featurizer) =>
        new(start, "`LbfgsMaximumEntropy` on features", [dataset => Run(featurizer, dataset)]);

    private static Outcome Run(Func<MLContext, IEstimator<ITransformer>> featurizer, Dataset dataset)
    {
        var mlContext = new MLContext(seed: 1);
        var begin = Stopwatch.GetTimestamp();
        var network = featurizer(mlContext).Fit(dataset.Train);
        using var owned = (IDisposable)network;
        var trainer = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.NormalizeMinMax("Features"))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
        using var model = trainer.Fit(Features(dataset.Train));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new(mlContext.MulticlassClassification.Evaluate(model.Transform(Features(dataset.Test))).MicroAccuracy, seconds);

        // Each image goes through the network once, however often its features are looked at.
        IDataView Features(IDataView images) => mlContext.Data.Cache(network.Transform(images));
    }
}
