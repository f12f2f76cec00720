using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>This library's trainer, from ImageNet weights and from none, with each choice of what learns.</summary>
internal static class FineTuning
{
    private static readonly (string Name, string? Weights)[] Starts = [("`mlnet`", PretrainedWeights.MLNet), ("none", null)];

    private static readonly (string Name, FineTuneKind Kind)[] Kinds =
        [("head", FineTuneKind.HeadOnly), ("gradual", FineTuneKind.Gradual), ("all", FineTuneKind.All)];

    /// <summary>The ways; their trainers are made at once, so that an option that cannot work is refused before any training.</summary>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    /// <exception cref="FileNotFoundException">The weights are not on this machine.</exception>
    public static IEnumerable<Method> Methods(Options options) =>
        from start in Starts
        from kind in Kinds
        select new Method(start.Name, kind.Name, [.. options.Seeds.Select(seed => Run(Trainer(options, start.Weights, kind.Kind, seed)))]);

    private static ImageClassifierTrainer Trainer(Options options, string? weights, FineTuneKind kind, int seed) =>
        new MLContext(seed).MulticlassClassification.Trainers.ImageClassifier(new()
        {
            Backbone = Backbones.ResNet20MLNet, Weights = weights, FineTune = kind, Epochs = options.Epochs, ImageSize = options.ImageSize,
        });

    private static Func<Dataset, Outcome> Run(ImageClassifierTrainer trainer) => dataset =>
    {
        var begin = Stopwatch.GetTimestamp();
        using var model = trainer.Fit(dataset.Train);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new(model.Evaluate(dataset.Test).MicroAccuracy, seconds);
    };
}
