using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Refuses a training in which batch normalization would see one value of a channel: that has no spread, and the first step makes every
/// weight NaN. It comes of single images whose last maps are one pixel.
/// </summary>
/// <remarks>
/// A single image that is left over where the maps are larger, or where broken files were left out, is passed over by the training and
/// taken in another epoch.
/// </remarks>
internal static class NormalizationCheck
{
    /// <exception cref="ArgumentException">The batches are too small for the network and its images.</exception>
    public static void Require(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingOptions options, int imageCount)
    {
        var size = preprocessing.ImageSize;
        // Processes that train together never have one image where others have several.
        var smallest = options.BatchSize == 1 ? 1 : EpochSampler.LastBatch(imageCount, options.BatchSize * options.ProcessCount);
        if (smallest > 1 || options.FineTune == FineTuneKind.HeadOnly
            || FirstStarved(network, size, options.EffectiveFreezeBatchNorm) is not { } layer)
            return;
        var (leftOver, mend) = options.BatchSize == 1
            ? ("", "Set 'BatchSize' to 2 or more")
            : ($", which leaves one of the {imageCount} training images to the last batch", "Set 'BatchSize' to another number");
        throw new ArgumentException(
            $"Option 'BatchSize' is {options.BatchSize}{leftOver}, but with images of {size}×{size} pixels the batch normalization " +
            $"'{layer}' of '{network.Backbone.Spec.Name}' then gets one value per channel, and cannot learn from it. " +
            $"{mend}, or 'FineTune' to HeadOnly.", nameof(options.BatchSize));
    }

    private static string? FirstStarved(ImageClassifierNetwork network, int imageSize, bool backboneKeepsStatistics)
    {
        string? starved = null;
        var hooks = new List<Action>();
        var kept = backboneKeepsStatistics ? network.Backbone.modules().ToHashSet() : [];
        foreach (var (name, module) in network.named_modules())
        {
            if (module is not BatchNorm norm || kept.Contains(norm))
                continue;
            hooks.Add(norm.register_forward_hook((_, input, output) =>
            {
                if (input.shape.Skip(2).All(side => side == 1))
                    starved ??= name;
                return output;
            }).remove);
        }
        try
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            network.eval();
            // A batch of no images goes through the same layers, with the same shapes, and takes no time.
            network.TrainingLogits(zeros(0, network.Backbone.Spec.InputChannels, imageSize, imageSize));
            return starved;
        }
        finally
        {
            hooks.ForEach(remove => remove());
            network.train();
        }
    }
}
