namespace MLNet.ResNetFamily;

// What Google's networks of 299 pixels were trained with, as timm has it.
internal static class InceptionPreprocessing
{
    internal static Preprocessing Default { get; } = new()
    {
        ImageSize = 299,
        ResizeSize = 333,
        Interpolation = Interpolation.Bicubic,
        Mean = [0.5f, 0.5f, 0.5f],
        Std = [0.5f, 0.5f, 0.5f],
    };
}
