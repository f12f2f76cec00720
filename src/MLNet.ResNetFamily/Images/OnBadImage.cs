namespace MLNet.ResNetFamily;

/// <summary>What happens when an image cannot be read: an unknown format, a broken file, too many pixels.</summary>
public enum OnBadImage
{
    /// <summary>
    /// Goes on without it. Training leaves the image out, counts it and reports its path and the reason;
    /// scoring gives it scores of NaN and no predicted label.
    /// </summary>
    Skip,

    /// <summary>Stops at the first with an exception that names the image.</summary>
    Throw,
}
