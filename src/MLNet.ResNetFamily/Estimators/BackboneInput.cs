namespace MLNet.ResNetFamily;

/// <summary>What a backbone is given to see, from the options that say something about it.</summary>
internal static class BackboneInput
{
    /// <summary>
    /// The preprocessing: the option, else that of the weights, else that of the spec, in the size and with the orientation that the
    /// options say.
    /// </summary>
    /// <exception cref="ArgumentException">The backbone cannot take such images.</exception>
    public static Preprocessing Preprocessing(
        BackboneSpec backbone, Preprocessing? ofWeights, Preprocessing? option, int? imageSize, bool? appliesExifOrientation = null)
    {
        var preprocessing = option ?? ofWeights ?? backbone.Preprocessing;
        var smallest = Math.Max(1, backbone.MinimumImageSize);
        var size = imageSize ?? preprocessing.ImageSize;
        if (size < smallest)
        {
            throw new ArgumentException(
                $"Option 'ImageSize' is {size}, but backbone '{backbone.Name}' needs at least {smallest}. " +
                "Raise ImageSize or choose a backbone for small images.", nameof(imageSize));
        }
        preprocessing = preprocessing.WithImageSize(size).WithChannels(backbone.InputChannels) with
        {
            AppliesExifOrientation = appliesExifOrientation ?? preprocessing.AppliesExifOrientation,
        };
        preprocessing.Validate();
        return preprocessing.Channels == backbone.InputChannels ? preprocessing : throw new ArgumentException(
            $"Option 'Preprocessing' has {preprocessing.Channels} values in Mean and Std, but backbone '{backbone.Name}' takes images of " +
            $"{backbone.InputChannels} channels. Give as many, or the 3 of red, green and blue.", nameof(option));
    }

    /// <summary>Checks what can be checked before any file is opened: the backbone, its weights and its input.</summary>
    /// <exception cref="ArgumentException">Something cannot work.</exception>
    public static void Validate(BackboneSpec backbone, string? weights, Preprocessing? option, int? imageSize)
    {
        backbone.Validate();
        var published = weights is null || SavedClassifier.IsIn(weights) ? null : WeightSource.Find(weights, backbone).Published;
        Preprocessing(backbone, published?.Preprocessing, option, imageSize);
    }
}
