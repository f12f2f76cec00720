using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Brings images from the processor's memory to where a network computes.</summary>
internal static class DeviceTransfer
{
    /// <summary>
    /// To a GPU by way of page-locked memory, which it fetches while the processor goes on. On the processor it is the tensor itself.
    /// The memory of <paramref name="images"/> may be used for something else when this returns, unless they stay on the processor.
    /// </summary>
    public static Tensor BroughtTo(this Tensor images, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return images.to(device);
        using var pinned = images.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
