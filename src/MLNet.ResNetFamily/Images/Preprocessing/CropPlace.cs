namespace MLNet.ResNetFamily;

/// <summary>Which part of a resized image is cut out.</summary>
internal enum CropPlace
{
    Centre,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}
