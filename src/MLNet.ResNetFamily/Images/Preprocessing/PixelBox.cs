namespace MLNet.ResNetFamily;

/// <summary>A rectangle of pixels. The fields are long because a resized panorama may be wider than any image in memory.</summary>
internal readonly record struct PixelBox(long X, long Y, int Width, int Height);
