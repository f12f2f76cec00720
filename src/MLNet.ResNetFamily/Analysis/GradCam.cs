using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Where a network looks: the last feature maps, each weighted by how much the class's logit grows with it, added up. Selvaraju et al.,
/// "Grad-CAM" (2016), https://arxiv.org/abs/1610.02391, section 3, equations 1 and 2.
/// </summary>
/// <remarks>
/// Only what comes after the maps is differentiated, and no weight's gradient is touched, so that any number of threads may explain and
/// score with one network at once.
/// </remarks>
internal static class GradCam
{
    /// <summary>Looks at a batch of prepared images.</summary>
    /// <param name="network">In evaluation mode; it computes where it is.</param>
    /// <param name="values">N · S · S · C normalized values: the channels of each pixel side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="classIndex">The class to explain, from 0; null for each image's most probable one.</param>
    /// <param name="activation">What makes probabilities of the logits.</param>
    public static Answer Run(
        ImageClassifierNetwork network, ArraySegment<float> values, int imageSize, int? classIndex = null,
        OutputActivation activation = OutputActivation.Softmax)
    {
        using var scope = NewDisposeScope();
        var device = network.parameters().First().device;
        return Run(network, ImageTensor.Of(values, imageSize, device, network.Backbone.Spec.InputChannels), classIndex, activation);
    }

    /// <summary>Looks at a batch.</summary>
    /// <param name="network">In evaluation mode; it computes where it is.</param>
    /// <param name="images">Shape [N, C, S, S], normalized, on the network's device.</param>
    /// <param name="classIndex">The class to explain, from 0; null for each image's most probable one.</param>
    /// <param name="activation">What makes probabilities of the logits.</param>
    public static Answer Run(
        ImageClassifierNetwork network, Tensor images, int? classIndex = null, OutputActivation activation = OutputActivation.Softmax)
    {
        using var scope = NewDisposeScope();
        var count = (int)images.shape[0];
        var maps = Maps(network.Backbone, images);
        maps.requires_grad = true;
        using var gradients = enable_grad();

        var logits = network.Head.call(network.Backbone.Pool(maps));                       // [N, K]
        var classes = classIndex is { } index ? full(count, index, ScalarType.Int64, logits.device) : logits.argmax(1);
        var explained = logits.gather(1, classes.unsqueeze(1)).sum();
        var slope = autograd.grad([explained], [maps])[0];                                 // [N, C, h, w]
        var heat = nn.functional.relu((slope.mean([2, 3], keepdim: true) * maps).sum(1));  // [N, h, w]

        return new(
            Values(activation.Apply(logits)), [.. classes.cpu().data<long>().Select(value => (int)value)],
            Scaled(Values(heat), count), (int)heat.shape[2], (int)heat.shape[1]);
    }

    /// <summary>What speaks for each image's most probable class, for every pixel of the prepared images.</summary>
    /// <returns>S · S values from 0 to 1 for each image, row by row.</returns>
    public static float[] Heatmaps(ImageClassifierNetwork network, ArraySegment<float> values, int imageSize)
    {
        var answer = Run(network, values, imageSize);
        var coarse = answer.Width * answer.Height;
        return
        [
            .. Enumerable.Range(0, answer.Classes.Length).SelectMany(i => new Heatmap(
                answer.Heat.AsMemory(i * coarse, coarse), answer.Width, answer.Height, imageSize, imageSize,
                new(0, 0, imageSize, imageSize)).ToArray()),
        ];
    }

    private static Tensor Maps(Backbone backbone, Tensor images)
    {
        backbone.CheckInput(images);
        using var gradients = no_grad();
        return backbone.FeatureMaps(images).detach();
    }

    private static float[] Values(Tensor tensor) => tensor.detach().cpu().contiguous().data<float>().ToArray();

    // The hottest place of each image becomes 1; where nothing speaks for the class all stays 0.
    private static float[] Scaled(float[] heat, int count)
    {
        foreach (var image in heat.Chunk(heat.Length / count).Select((values, i) => (values, i)))
        {
            var highest = image.values.Max();
            for (var i = 0; i < image.values.Length; i++)
                heat[image.i * image.values.Length + i] = highest > 0 ? image.values[i] / highest : 0;
        }
        return heat;
    }

    /// <summary>What was seen in a batch.</summary>
    /// <param name="Probabilities">K values for each image.</param>
    /// <param name="Classes">The class that was explained for each image.</param>
    /// <param name="Heat">Width · Height values from 0 to 1 for each image, row by row.</param>
    /// <param name="Width">Width of the feature maps.</param>
    /// <param name="Height">Height of the feature maps.</param>
    internal sealed record Answer(float[] Probabilities, int[] Classes, float[] Heat, int Width, int Height);
}
