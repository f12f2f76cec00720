namespace MLNet.ResNetFamily;

/// <summary>An image of augmented examples, to see before a training whether they still show what their label says.</summary>
public static class ContactSheet
{
    private const int Gap = 4;
    private const int Seed = 1;

    /// <summary>
    /// Writes a PNG file with one row an image: first as scoring sees it, then varied as the first epochs of a training would. The same
    /// arguments give the same file.
    /// </summary>
    /// <param name="path">Where the PNG file is written; a file that is there is replaced.</param>
    /// <param name="imagePaths">JPEG, PNG, WebP, GIF, BMP, or TIFF files, at least one; 4 to 8 make a handy sheet.</param>
    /// <param name="augmentation">
    /// How to vary them; the defaults of <see cref="AugmentationOptions"/> where null. Mixing of batches is not shown.
    /// </param>
    /// <param name="preprocessing">Size and interpolation of the network's input; those of <see cref="Preprocessing"/> where null.</param>
    /// <param name="variations">Varied images a row, at least 1; 7 by default.</param>
    /// <exception cref="ArgumentException">There are no images, or an option is outside its range.</exception>
    /// <exception cref="InvalidDataException">An image cannot be read; the message names the file.</exception>
    /// <exception cref="IOException"><paramref name="path"/> cannot be written.</exception>
    public static void Save(
        string path, IReadOnlyList<string> imagePaths, AugmentationOptions? augmentation = null, Preprocessing? preprocessing = null,
        int variations = 7)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(variations);
        if (imagePaths.Count == 0)
            throw new ArgumentException("There are no images to show. Give the path of at least one.", nameof(imagePaths));
        preprocessing ??= new();
        var preprocessor = new Preprocessor(preprocessing);
        var decoding = DecodeOptions.For(preprocessing, RgbImage.DefaultMaxPixels);
        var augmentations = new Augmentation(preprocessing, augmentation);
        var images = new List<RgbImage>();
        try
        {
            for (var index = 0; index < imagePaths.Count; index++)
            {
                using var image = new ImageFile(imagePaths[index]).Decode(decoding);
                images.Add(preprocessor.Crop(image));
                for (var epoch = 1; epoch <= variations; epoch++)
                    images.Add(augmentations.Vary(image, Augmentation.RandomFor(Seed, epoch, index)));
            }
            using var sheet = Draw(images, 1 + variations);
            AtomicFile.Write(path, file => file.Write(ImageEncoder.Png(sheet)));
        }
        finally
        {
            images.ForEach(image => image.Dispose());
        }
    }

    /// <summary>
    /// Images of one size side by side on white, <paramref name="columns"/> a row. The caller disposes of them and of the sheet.
    /// </summary>
    internal static RgbImage Draw(IReadOnlyList<RgbImage> images, int columns)
    {
        var (width, height) = (images[0].Width, images[0].Height);
        var rows = (images.Count + columns - 1) / columns;
        var sheet = new RgbImage(columns * (width + Gap) + Gap, rows * (height + Gap) + Gap);
        sheet.PixelSpan.Fill(255);
        for (var i = 0; i < images.Count; i++)
        {
            var (left, top) = (Gap + i % columns * (width + Gap), Gap + i / columns * (height + Gap));
            for (var y = 0; y < height; y++)
                images[i].PixelSpan.Slice(y * width * 3, width * 3).CopyTo(sheet.PixelSpan[(((top + y) * sheet.Width + left) * 3)..]);
        }
        return sheet;
    }
}
