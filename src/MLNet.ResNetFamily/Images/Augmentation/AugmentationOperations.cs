namespace MLNet.ResNetFamily;

/// <summary>
/// The operations of RandAugment and TrivialAugment, with torchvision's strengths, blending pixels where that draws from the nearest one.
/// </summary>
internal static class AugmentationOperations
{
    /// <summary>Strengths are numbered from 0 to this.</summary>
    public const int StrongestLevel = 30;

    /// <summary>TrivialAugment's wide set; it shifts by up to 32 pixels whatever the size.</summary>
    private static readonly Operation[] Wide = Set(shear: 0.99, _ => 32, turn: 135, color: 0.99, lostBits: 6);

    private static readonly Operation[] Narrow = Set(shear: 0.3, size => 150.0 / 331 * size, turn: 30, color: 0.9, lostBits: 4);

    /// <summary>Applies <paramref name="count"/> operations of one strength, from 0 to <see cref="StrongestLevel"/>.</summary>
    public static void RandAugment(RgbImage image, int count, int level, Random random)
    {
        for (var i = 0; i < count; i++)
            Apply(image, Narrow[random.Next(Narrow.Length)], level, random);
    }

    /// <summary>Applies one operation of any strength.</summary>
    public static void TrivialAugment(RgbImage image, Random random) =>
        Apply(image, Wide[random.Next(Wide.Length)], random.Next(StrongestLevel + 1), random);

    private static void Apply(RgbImage image, Operation operation, int level, Random random)
    {
        var strength = (double)level / StrongestLevel;
        operation.Apply(image, operation.IsSigned && random.Next(2) == 1 ? -strength : strength);
    }

    private static Operation[] Set(double shear, Func<int, double> shift, double turn, double color, int lostBits) =>
    [
        new((_, _) => { }),
        new((image, strength) => GeometricTransforms.ShearX(image, shear * strength), IsSigned: true),
        new((image, strength) => GeometricTransforms.ShearY(image, shear * strength), IsSigned: true),
        new((image, strength) => GeometricTransforms.Translate(image, (int)(shift(image.Width) * strength), 0), IsSigned: true),
        new((image, strength) => GeometricTransforms.Translate(image, 0, (int)(shift(image.Height) * strength)), IsSigned: true),
        new((image, strength) => GeometricTransforms.Rotate(image, turn * strength), IsSigned: true),
        new((image, strength) => ColorTransforms.Brightness(image, 1 + color * strength), IsSigned: true),
        new((image, strength) => ColorTransforms.Saturation(image, 1 + color * strength), IsSigned: true),
        new((image, strength) => ColorTransforms.Contrast(image, 1 + color * strength), IsSigned: true),
        new((image, strength) => ColorTransforms.Sharpness(image, 1 + color * strength), IsSigned: true),
        new((image, strength) => ColorTransforms.Posterize(image, 8 - (int)Math.Round(lostBits * strength))),
        new((image, strength) => ColorTransforms.Solarize(image, 255 * (1 - strength))),
        new((image, _) => ColorTransforms.AutoContrast(image)),
        new((image, _) => ColorTransforms.Equalize(image)),
    ];

    /// <param name="Apply">Takes the strength, from 0 (none) to 1; to -1 as well where <paramref name="IsSigned"/>.</param>
    /// <param name="IsSigned">Whether it has an opposite.</param>
    private sealed record Operation(Action<RgbImage, double> Apply, bool IsSigned = false);
}
