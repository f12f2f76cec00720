namespace MLNet.ResNetFamily;

/// <summary>How pixels between pixels are guessed when an image is resized; both are antialiased, as Pillow does it.</summary>
public enum Interpolation
{
    /// <summary>Triangle filter over two source pixels (more when shrinking): the default of torchvision's weights.</summary>
    Bilinear,

    /// <summary>Cubic filter over four source pixels (more when shrinking): sharper; used by many timm weights.</summary>
    Bicubic,
}
