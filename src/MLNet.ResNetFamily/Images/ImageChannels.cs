using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>Gives images the number of channels that a network takes.</summary>
internal static class ImageChannels
{
    /// <summary>
    /// The image itself, or for one channel its gray, as Pillow's "L". Where that is another object, <paramref name="image"/> has been
    /// disposed of.
    /// </summary>
    /// <exception cref="InvalidDataException">It has another number of channels, which cannot be made.</exception>
    public static RgbImage Adapt(RgbImage image, int channels, string origin)
    {
        if (image.ChannelCount == channels)
            return image;
        if (channels == 1)
            return Gray(image);
        var found = image.ChannelCount;
        image.Dispose();
        throw new InvalidDataException(
            $"'{origin}': the image has {found} channels, but the network takes {channels}. Give it a vector of {channels} planes.");
    }

    private static RgbImage Gray(RgbImage image)
    {
        var gray = RgbImage.Reduced(image.FullWidth, image.FullHeight, image.Reduction).WithChannels(1);
        var from = MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan);
        var to = MemoryMarshal.Cast<byte, RgbPixel>(gray.PixelSpan);
        for (var i = 0; i < from.Length; i++)
        {
            var value = (byte)from[i].Gray;
            to[i] = new(value, value, value);
        }
        image.Dispose();
        return gray;
    }
}
