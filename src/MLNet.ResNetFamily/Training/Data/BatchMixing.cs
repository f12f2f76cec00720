using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Mixes each image of a batch with its neighbour, and their labels with them: MixUp blends, CutMix pastes a rectangle (see
/// <see cref="AugmentationOptions.MixUp"/> and <see cref="AugmentationOptions.CutMix"/>). The order of a batch is random, so neighbours
/// are.
/// </summary>
internal static class BatchMixing
{
    /// <summary>Mixes a batch.</summary>
    /// <param name="images">Shape [N, 3, S, S].</param>
    /// <param name="labels">Shape [N], class numbers, or [N, K], 1 for each class that an image shows.</param>
    /// <param name="classCount">K.</param>
    /// <param name="options">Says how; at least one of the two is above 0.</param>
    /// <param name="random">Where the chance comes from.</param>
    /// <returns>
    /// The images; the targets, of shape [N, K]; and of each image the label, or labels, with the larger share.
    /// </returns>
    public static (Tensor Images, Tensor Targets, Tensor MajorityLabels) Apply(
        Tensor images, Tensor labels, int classCount, AugmentationOptions options, Random random)
    {
        var cuts = options.MixUp == 0 || (options.CutMix > 0 && random.Next(2) == 1);
        var share = Beta(cuts ? options.CutMix : options.MixUp, random);

        // Worked on in memory order, so that the channels stay last.
        var pixels = images.permute(0, 2, 3, 1);
        if (cuts)
            (pixels, share) = Cut(pixels, share, random);
        else
            pixels = pixels * share + pixels.roll(1, 0) * (1 - share);

        var others = labels.roll(1, 0);
        var targets = OneHot(labels, classCount) * share + OneHot(others, classCount) * (1 - share);
        return (pixels.permute(0, 3, 1, 2), targets, share >= 0.5 ? labels : others);
    }

    /// <summary>
    /// Pastes a rectangle of about 1 minus <paramref name="share"/> of the area; what the edge cuts off goes back to the share.
    /// </summary>
    private static (Tensor Pixels, double Share) Cut(Tensor pixels, double share, Random random)
    {
        var (height, width) = ((int)pixels.shape[1], (int)pixels.shape[2]);
        var half = 0.5 * Math.Sqrt(1 - share);
        var (centerY, centerX) = (random.Next(height), random.Next(width));
        var (top, bottom) = (Math.Max(centerY - (int)(half * height), 0), Math.Min(centerY + (int)(half * height), height));
        var (left, right) = (Math.Max(centerX - (int)(half * width), 0), Math.Min(centerX + (int)(half * width), width));
        var mixed = pixels.clone();
        if (bottom > top && right > left)
            Rectangle(mixed).copy_(Rectangle(pixels).roll(1, 0));
        return (mixed, 1 - (double)(bottom - top) * (right - left) / (height * width));

        Tensor Rectangle(Tensor of) => of.narrow(1, top, bottom - top).narrow(2, left, right - left);
    }

    private static Tensor OneHot(Tensor labels, int classCount) =>
        labels.dim() == 2 ? labels : nn.functional.one_hot(labels, classCount).to(ScalarType.Float32);

    /// <summary>A number between 0 and 1 from the Beta distribution with both parameters <paramref name="alpha"/>.</summary>
    private static double Beta(double alpha, Random random)
    {
        var (a, b) = (Gamma(alpha, random), Gamma(alpha, random));

        // Both vanish where alpha is tiny: the distribution has then all its weight at its ends.
        return a + b > 0 ? a / (a + b) : random.Next(2);
    }

    /// <summary>Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables" (2000); their remark for shapes below 1.</summary>
    private static double Gamma(double shape, Random random)
    {
        if (shape < 1)
            return Gamma(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var v = Math.Pow(1 + c * x, 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }
}
