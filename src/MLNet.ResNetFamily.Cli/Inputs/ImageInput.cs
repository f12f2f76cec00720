namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// The images that a command line names, by files, folders, patterns such as 'photos/**/*.jpg', and manifests (.csv, .tsv, .txt). They
/// are listed once, while they are read, and always in the same order: the arguments as they are given, a manifest line by line, the
/// files of a folder or a pattern in ordinal order.
/// </summary>
internal static class ImageInput
{
    /// <summary>Whether a path is a manifest or a pattern, so no folder.</summary>
    public static bool IsList(string path) => ImageManifest.Is(path) || Glob.Is(path);

    /// <summary>Images without labels. A file that does not exist is an image that cannot be read.</summary>
    /// <exception cref="ArgumentException">A manifest or the folder of a pattern does not exist.</exception>
    public static IEnumerable<InputImage> Of(IReadOnlyList<string> paths)
    {
        var lists = paths.Select(Images).ToList();
        return lists.SelectMany(images => images);
    }

    /// <summary>Images with labels: of a folder with one sub-folder a class, a pattern whose matches lie in one, or a manifest.</summary>
    /// <param name="path">The folder, pattern or manifest.</param>
    /// <param name="classNames">The classes that the model knows.</param>
    /// <exception cref="ArgumentException">There is no such folder or manifest.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder has no images, or one of another class; with a list, this is thrown where the image's turn comes.
    /// </exception>
    public static IEnumerable<InputImage> Labeled(string path, IReadOnlyCollection<string> classNames)
    {
        var known = classNames.ToHashSet();
        if (!IsList(path))
        {
            var folder = ImageFolder.Load(path);
            CheckKnown(path, folder.ClassNames, known);
            return folder.Files().Select(file => new InputImage(file.Path, file.Label));
        }
        var images = ImageManifest.Is(path)
            ? ImageManifest.Read(path).Select(row => new InputImage(row.ImagePath, row.Label))
            : Glob.Files(path).Select(file => new InputImage(file, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))));
        return images.Select(image => known.Contains(image.Label!) ? image : throw Unknown(image.Path, [image.Label!], known));
    }

    /// <summary>Images of a manifest that may show several classes each.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="classNames">The classes that the model knows.</param>
    /// <param name="separator">What parts the labels of an image.</param>
    /// <exception cref="ArgumentException">There is no such manifest, or it has no labels.</exception>
    /// <exception cref="InvalidDataException">
    /// The column of the labels is missing; when its turn comes: an image has two lines, or a class that the model does not know.
    /// </exception>
    public static IEnumerable<InputImage> LabelSets(string path, IReadOnlyCollection<string> classNames, char separator)
    {
        var known = classNames.ToHashSet();
        return ImageManifest.OneLineAnImage(path, ImageManifest.Read(path), separator).Select(row =>
        {
            CheckKnown(row.ImagePath, ImageManifest.LabelsIn(row.Label, separator), known);
            return new InputImage(row.ImagePath, row.Label);
        });
    }

    /// <summary>Checks that a model knows classes.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public static void CheckKnown(string path, IEnumerable<string> labels, IReadOnlySet<string> known)
    {
        if (labels.Where(label => !known.Contains(label)).ToList() is { Count: > 0 } unknown)
            throw Unknown(path, unknown, known);
    }

    private static IEnumerable<InputImage> Images(string path)
    {
        if (ImageManifest.Is(path))
            return ImageManifest.Read(path, labelColumnName: null).Select(row => new InputImage(row.ImagePath));
        var files = Glob.Is(path) ? Glob.Files(path) : Directory.Exists(path) ? ImageFolder.ImagesIn(path) : [path];
        return files.Select(file => new InputImage(file));
    }

    private static InvalidDataException Unknown(string path, IEnumerable<string> labels, IEnumerable<string> known) => new(
        $"'{path}': the model knows no class {ListText.Quoted(labels)}, only {ListText.Quoted(known)}. " +
        "Measure with labels (of a folder: the names of its sub-folders) that are named like the model's classes; where an image has " +
        "several, '--label-separator' says what parts them.");
}
