using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Prepared images as a network takes them.</summary>
internal static class ImageTensor
{
    /// <summary>
    /// Shape [N, C, S, S] with the strides of [N, S, S, C]. On the processor a view of the pixels, which have to stay as they are; to a GPU
    /// they are copied by way of page-locked memory, which it fetches while the processor goes on.
    /// </summary>
    /// <param name="pixels">N · S · S · C values: one image after the other, normalized, channels side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="device">Where the network computes.</param>
    /// <param name="channels">C.</param>
    public static Tensor Of(ArraySegment<float> pixels, int imageSize, Device device, int channels = 3)
    {
        var images = frombuffer(pixels.Array!, ScalarType.Float32, pixels.Count, pixels.Offset)
            .view(pixels.Count / (channels * imageSize * imageSize), imageSize, imageSize, channels).permute(0, 3, 1, 2);
        if (device.type != DeviceType.CUDA)
            return images.to(device);
        using var pinned = images.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
