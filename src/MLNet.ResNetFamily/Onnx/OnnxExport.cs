namespace MLNet.ResNetFamily;

/// <summary>Writes networks as ONNX files, which ONNX Runtime, ML.NET's ApplyOnnxModel and others run without this library.</summary>
/// <remarks>
/// The graph is the network as it scores: batch norms are part of the convolutions before them where there is one, dropout, stochastic
/// depth and auxiliary classifiers are left out. The number N of images in a batch is free, their size is fixed. Weights go from the
/// network to the file one by one. The file's metadata holds backbone, preprocessing and class names.
/// </remarks>
public static class OnnxExport
{
    private const string Extension = ".onnx";

    /// <summary>Writes a classifier: from <c>images</c> to <c>probabilities</c> [N, K], or to <c>logits</c> [N, K].</summary>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <param name="classNames">Names of the classes in the order of the output, for the metadata; null for none.</param>
    /// <param name="preprocessing">What is done to images; the backbone's own by default.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be, or names or images do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file for the format.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    public static void Save(
        ImageClassifierNetwork network, string path, OnnxExportOptions? options = null, IReadOnlyList<string>? classNames = null,
        Preprocessing? preprocessing = null) =>
        Save(network, path, options, classNames, preprocessing, OutputActivation.Softmax);

    /// <summary>The same with what makes probabilities of its logits.</summary>
    internal static void Save(
        ImageClassifierNetwork network, string path, OnnxExportOptions? options, IReadOnlyList<string>? classNames,
        Preprocessing? preprocessing, OutputActivation activation)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (classNames is not null && classNames.Count != network.ClassCount)
        {
            throw new ArgumentException(
                $"{classNames.Count} class names are given, but the network has {network.ClassCount} classes. Give one for each.",
                nameof(classNames));
        }
        options ??= new();
        Save(
            OnnxModel.Of(
                network, preprocessing ?? Own(network.Backbone.Spec), classNames,
                options.GivesProbabilities ? activation : OutputActivation.None), path, options);
    }

    /// <summary>Writes a backbone: from <c>images</c> to <c>features</c> [N, F].</summary>
    /// <param name="backbone">The network; it stays as it is.</param>
    /// <param name="path">Where to write, ending in .onnx; a file that is there is replaced when the new one is complete.</param>
    /// <param name="options">How to write it; null for the defaults.</param>
    /// <param name="preprocessing">What is done to images; the backbone's own by default.</param>
    /// <exception cref="ArgumentException">An option or the path cannot be, or the images do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16, or the file for the format.</exception>
    /// <exception cref="IOException">The file cannot be written; a file that was there before is unchanged.</exception>
    public static void Save(Backbone backbone, string path, OnnxExportOptions? options = null, Preprocessing? preprocessing = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        Save(OnnxModel.Of(backbone, preprocessing ?? Own(backbone.Spec)), path, options ?? new());
    }

    internal static void Save(OnnxModel model, string path, OnnxExportOptions options)
    {
        options.Validate();
        model.Preprocessing.Validate();
        CheckPath(path);
        CheckChannels(model, options);
        using var modes = TorchModes.Enter();
        AtomicFile.Write(path, model.File(options).Write);
    }

    private static Preprocessing Own(BackboneSpec spec) => spec.Preprocessing.WithChannels(spec.InputChannels);

    // Before any work.
    internal static void CheckPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.GetExtension(path).Equals(Extension, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}' does not end in '{Extension}', as ONNX files do. Choose such a name.", nameof(path));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"'{path}' cannot be written: the folder '{folder}' does not exist. Make it, or choose another path.");
        }
        if (Directory.Exists(path))
            throw new IOException($"'{path}' cannot be written: it is a folder. Choose the path of a file.");
    }

    private static void CheckChannels(OnnxModel model, OnnxExportOptions options)
    {
        var (given, needed) = (model.Preprocessing.Mean.Count, model.Spec.InputChannels);
        if (options.IncludesPreprocessing && given != needed)
        {
            throw new ArgumentException(
                $"OnnxExportOptions.IncludesPreprocessing is true, but the preprocessing has {given} channels and '{model.Spec.Name}' " +
                $"takes {needed}. Give a preprocessing with {needed} values in Mean and Std, or leave it out.", nameof(options));
        }
    }
}
