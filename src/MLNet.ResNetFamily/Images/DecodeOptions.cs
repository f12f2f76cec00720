namespace MLNet.ResNetFamily;

/// <summary>How an image is decoded.</summary>
/// <param name="MaxPixels">Largest image that is decoded.</param>
internal readonly record struct DecodeOptions(long MaxPixels)
{
    /// <summary>
    /// Pixels that the shorter side must have at least, for a caller that makes the image smaller: a JPEG file may be decoded at a part of
    /// its size (<see cref="RgbImage.Reduction"/>).
    /// </summary>
    public int ShorterSide { get; init; } = int.MaxValue;

    /// <summary>Whether the image is turned as its EXIF orientation says.</summary>
    public bool AppliesExifOrientation { get; init; }

    /// <summary>Channels that the image must have; 1 makes it gray.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How images are decoded for a network.</summary>
    public static DecodeOptions For(Preprocessing preprocessing, long maxPixels, int shorterSide = int.MaxValue) =>
        new(maxPixels)
        {
            ShorterSide = shorterSide,
            AppliesExifOrientation = preprocessing.AppliesExifOrientation,
            Channels = preprocessing.Channels,
        };
}
