namespace MLNet.ResNetFamily;

/// <summary>The formats that are decoded. They are told apart by content; a file's name does not matter.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
}
