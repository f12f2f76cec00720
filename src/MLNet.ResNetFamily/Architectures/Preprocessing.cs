using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>
/// What is done to an image before a network sees it: it may be set upright, the shorter side is resized, the center is cropped, and each
/// channel is scaled to 0..1, reduced by its mean and divided by its standard deviation. Training, scoring and the saved model share one.
/// </summary>
/// <remarks>The defaults are those of torchvision's first ImageNet weights. Equal when all values are, lists included.</remarks>
public sealed record Preprocessing
{
    private const int LargestSizeWithoutMargin = 64;

    /// <summary>Side of the square input of the network, in pixels. At least 1; 224 by default.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Shorter side of the image before the center crop, in pixels. At least <see cref="ImageSize"/>; 256 by default.</summary>
    public int ResizeSize { get; init; } = 256;

    /// <summary>How the image is resized. <see cref="Interpolation.Bilinear"/> by default.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>
    /// Mean of each channel (red, green, blue) on the 0..1 scale. ImageNet's 0.485, 0.456, 0.406 by default, which a backbone of another
    /// number of channels adapts to it.
    /// </summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of each channel on the 0..1 scale, above 0. ImageNet's 0.229, 0.224, 0.225 by default.</summary>
    public IReadOnlyList<float> Std { get; init; } = [0.229f, 0.224f, 0.225f];

    /// <summary>
    /// Whether a JPEG, PNG, or WebP file is turned or mirrored as its EXIF orientation says, before anything else is done to it. False by
    /// default, as in torchvision: photographs of phones then lie on their side, in training and in scoring alike. An MLImage or a vector
    /// of pixels has no EXIF data any more, and is taken as it is; a TIFF file's orientation is always followed.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AppliesExifOrientation { get; init; }

    /// <summary>The same preprocessing for another input size.</summary>
    /// <param name="imageSize">Side of the network's input in pixels, at least 1.</param>
    /// <returns>A copy that keeps the ratio of <see cref="ResizeSize"/> to <see cref="ImageSize"/>; up to 64 pixels nothing is
    /// cropped away, because small images have no margin to lose.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="imageSize"/> is below 1.</exception>
    public Preprocessing WithImageSize(int imageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imageSize);
        if (imageSize == ImageSize)
            return this;
        var resizeSize = imageSize <= LargestSizeWithoutMargin ? imageSize : (int)Math.Round((double)imageSize * ResizeSize / ImageSize);
        return this with { ImageSize = imageSize, ResizeSize = Math.Max(imageSize, resizeSize) };
    }

    /// <summary>Channels of the images.</summary>
    internal int Channels => Mean.Count;

    /// <summary>
    /// The same for images of another number of channels. Values of red, green and blue become one for gray, with its shares of them
    /// (ITU-R 601), or are repeated, as the weights of the first convolution are.
    /// </summary>
    internal Preprocessing WithChannels(int channels)
    {
        return channels == Channels || Channels != 3 ? this : this with { Mean = Adapted(Mean), Std = Adapted(Std) };

        float[] Adapted(IReadOnlyList<float> rgb) => channels == 1
            ? [0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2]]
            : [.. Enumerable.Range(0, channels).Select(channel => rgb[channel % 3])];
    }

    /// <summary>Refuses values that no image can be prepared with.</summary>
    /// <exception cref="ArgumentException">A size is out of range, the lists differ in length, or a value is not finite.</exception>
    public void Validate()
    {
        if (ImageSize < 1)
        {
            throw new ArgumentException(
                $"Preprocessing.ImageSize is {ImageSize}, but must be at least 1. Give the side of the network's input in pixels.");
        }
        if (ResizeSize < ImageSize)
        {
            throw new ArgumentException(
                $"Preprocessing.ResizeSize is {ResizeSize}, but must be at least ImageSize, which is {ImageSize}: " +
                "the crop is cut out of the resized image. Use WithImageSize, which changes both.");
        }
        if (!Enum.IsDefined(Interpolation))
            throw new ArgumentException($"Preprocessing.Interpolation is {(int)Interpolation}, but must be Bilinear or Bicubic.");
        if (Mean.Count == 0 || Mean.Count != Std.Count)
        {
            throw new ArgumentException(
                $"Preprocessing has {Mean.Count} values in Mean and {Std.Count} in Std, but needs one of each for every channel. " +
                "Give as many numbers as the images have channels.");
        }
        for (var channel = 0; channel < Mean.Count; channel++)
        {
            if (!float.IsFinite(Mean[channel]))
            {
                throw new ArgumentException(
                    $"Preprocessing.Mean[{channel}] is {Mean[channel]}, but must be a finite number on the 0..1 scale.");
            }
            if (!float.IsFinite(Std[channel]) || Std[channel] <= 0)
                throw new ArgumentException($"Preprocessing.Std[{channel}] is {Std[channel]}, but must be a finite number above 0.");
        }
    }

    /// <summary>Whether all values are equal, those in the lists included.</summary>
    /// <param name="other">What to compare with.</param>
    public bool Equals(Preprocessing? other) =>
        other is not null && ImageSize == other.ImageSize && ResizeSize == other.ResizeSize && Interpolation == other.Interpolation
        && AppliesExifOrientation == other.AppliesExifOrientation && Mean.SequenceEqual(other.Mean) && Std.SequenceEqual(other.Std);

    /// <summary>A hash code that agrees with <see cref="Equals(Preprocessing)"/>.</summary>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(ImageSize);
        hash.Add(ResizeSize);
        hash.Add(Interpolation);
        hash.Add(AppliesExifOrientation);
        foreach (var value in Mean.Concat(Std))
            hash.Add(value);
        return hash.ToHashCode();
    }
}
