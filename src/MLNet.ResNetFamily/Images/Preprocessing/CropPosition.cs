namespace MLNet.ResNetFamily;

/// <summary>Which part of a resized image is cut out.</summary>
internal enum CropPosition
{
    Center,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}
