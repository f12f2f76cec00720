namespace MLNet.ResNetFamily;

/// <summary>One pixel as it lies in memory.</summary>
internal readonly record struct RgbPixel(byte Red, byte Green, byte Blue)
{
    /// <summary>Its brightness as Pillow converts to "L": ITU-R 601-2 in fixed point.</summary>
    public int Gray => (Red * 19595 + Green * 38470 + Blue * 7471 + 0x8000) >> 16;
}
