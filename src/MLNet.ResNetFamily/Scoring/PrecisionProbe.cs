using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Whether a network scores in bfloat16 as in float32.</summary>
internal static class PrecisionProbe
{
    private const int ProbeCount = 8;
    private const float LargestDifference = 0.05f;

    /// <summary>Whether two forms of one network answer a batch of probes alike.</summary>
    /// <param name="exact">The network in float32.</param>
    /// <param name="fast">The same in bfloat16.</param>
    /// <param name="device">Where both compute.</param>
    /// <param name="imageSize">Side of the network's input.</param>
    /// <param name="givesLogits">Whether they give logits: then labels have to be equal and probabilities near each other, else features.</param>
    public static bool Agree(ScoringNetwork exact, ScoringNetwork fast, Device device, int imageSize, bool givesLogits)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var images = Probes(imageSize).to(device);
        var (right, other) = (exact.Run(images), fast.Run(images));
        if (!other.isfinite().all().item<bool>())
            return false;
        if (!givesLogits)
            return ((right - other).norm() / (right.norm() + 1e-12)).item<float>() <= LargestDifference;
        var (probabilities, others) = (nn.functional.softmax(right, 1), nn.functional.softmax(other, 1));
        return probabilities.argmax(1).equal(others.argmax(1)).all().item<bool>()
            && (probabilities - others).abs().max().item<float>() <= LargestDifference;
    }

    // Coloured clouds with grain, in the range of normalised pixels. Always the same, and torch's generator is left alone.
    private static Tensor Probes(int imageSize)
    {
        const int Channels = 3;
        const int Cells = 7;
        var random = new Random(1);
        var clouds = tensor(Noise(ProbeCount * Channels * Cells * Cells, 2), [ProbeCount, Channels, Cells, Cells]);
        var grain = tensor(Noise(ProbeCount * Channels * imageSize * imageSize, 0.3f), [ProbeCount, Channels, imageSize, imageSize]);
        return ChannelsLast.Order(nn.functional.interpolate(clouds, [imageSize, imageSize], mode: InterpolationMode.Bilinear) + grain);

        float[] Noise(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => size * (2 * random.NextSingle() - 1))];
    }
}
