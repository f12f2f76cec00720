using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Prepared images as a network takes them.</summary>
internal static class ImageTensor
{
    /// <summary>
    /// Shape [N, 3, S, S] with the strides of [N, S, S, 3]. On the processor a view of the pixels, which have to stay as they are; to a GPU
    /// they are copied by way of page-locked memory, which it fetches while the processor goes on.
    /// </summary>
    /// <param name="pixels">N · S · S · 3 values: one image after the other, normalized, channels side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="device">Where the network computes.</param>
    public static Tensor Of(ArraySegment<float> pixels, int imageSize, Device device)
    {
        var images = frombuffer(pixels.Array!, ScalarType.Float32, pixels.Count, pixels.Offset)
            .view(pixels.Count / (3 * imageSize * imageSize), imageSize, imageSize, 3).permute(0, 3, 1, 2);
        if (device.type != DeviceType.CUDA)
            return images.to(device);
        using var pinned = images.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
