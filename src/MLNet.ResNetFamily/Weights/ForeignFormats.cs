using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>Files of other programs that people take for weight files: what each is called, and what to do with it.</summary>
/// <param name="Name">What the file is.</param>
/// <param name="Advice">How its weights can be had.</param>
internal sealed record ForeignFormat(string Name, string Advice)
{
    public InvalidDataException Refused(string path) =>
        new($"'{path}' is {Name}, but a .safetensors file, a PyTorch state_dict or an ONNX model is needed. {Advice}");
}

/// <summary>Tells such files apart, by their content where the format has a mark, else by their name.</summary>
internal static class ForeignFormats
{
    /// <summary>How much of a file's beginning is looked at.</summary>
    public const int StartLength = 264;

    private const string OwnArrays =
        "In Python, save each array under its name with 'safetensors.numpy.save_file', " +
        "convolutions as [out, in, height, width] and dense layers as [out, in].";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");

    private static readonly ForeignFormat Hdf5 = new("an HDF5 file, as Keras writes it (.h5)", OwnArrays);
    private static readonly ForeignFormat Keras = new("a Keras model (.keras)", OwnArrays);
    private static readonly ForeignFormat Numpy = new("a file of NumPy arrays (.npy, .npz)", OwnArrays);
    private static readonly ForeignFormat TensorFlow = new("a file of TensorFlow or Flax", OwnArrays);

    private static readonly ForeignFormat TorchSharp = new(
        "a state of TorchSharp's own format (.dat)",
        "Load it into the module that wrote it ('module.load'); a network of this library is then saved by 'WeightExport.Save'.");

    private static readonly ForeignFormat LfsPointer = new(
        "the pointer of Git LFS, not the file itself", "Fetch the file with 'git lfs pull', or download it.");
    private static readonly ForeignFormat Archive = new("a packed archive", "Unpack it, and name the weight file that is in it.");

    private static readonly ForeignFormat OwnModel = new(
        "a model that ML.NET saved",
        "'resnetfamily weights convert' writes its weights, and '--weights' of 'resnetfamily train' starts from it.");

    /// <summary>What a file is, from its beginning and its name; null where it may be a weight file.</summary>
    public static ForeignFormat? Of(ReadOnlySpan<byte> start, string path) => start switch
    {
        // The length of a safetensors header may begin with any bytes.
        [_, _, _, _, _, 0, 0, 0, (byte)'{', ..] => null,
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => Hdf5,
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => Numpy,
        _ when start.StartsWith("version https://git-lfs"u8) => LfsPointer,
        _ when IsArchive(start) => Archive,
        _ when start.StartsWith("PK"u8) || start is [0x80, >= 2 and <= 5, ..] => null,
        _ when IsTorchSharp(start) => TorchSharp,
        _ when start.Length >= 8 && start[4..8].SequenceEqual("TFL3"u8) => TensorFlow,
        _ => ByName(Path.GetFileName(path)),
    };

    /// <summary>What a zip file without a PyTorch checkpoint in it is, from its entries; null where that is not known.</summary>
    public static ForeignFormat? OfZip(IReadOnlyCollection<string> entries)
    {
        if (entries.Contains("model.weights.h5"))
            return Keras;
        if (entries.Count > 0 && entries.All(name => name.EndsWith(".npy", StringComparison.Ordinal)))
            return Numpy;
        if (entries.Any(name => name.Split('/')[0] is "TransformerChain" or "TrainingInfo"))
            return OwnModel;
        return entries.Any(name => Path.GetExtension(name) is ".pth" or ".pt" or ".bin" or ".safetensors") ? Archive : null;
    }

    /// <summary>What a file is by its name alone.</summary>
    public static ForeignFormat? ByName(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".h5" or ".hdf5" => Hdf5,
        ".keras" => Keras,
        ".npy" or ".npz" => Numpy,
        ".pb" or ".tflite" or ".msgpack" or ".index" or ".meta" => TensorFlow,
        var extension when extension.StartsWith(".data-", StringComparison.Ordinal) => TensorFlow,
        _ => null,
    };

    // gzip, xz, 7z, tar.
    private static bool IsArchive(ReadOnlySpan<byte> start) =>
        start is [0x1f, 0x8b, ..] or [0xfd, (byte)'7', (byte)'z', ..] or [(byte)'7', (byte)'z', 0xbc, 0xaf, ..]
        || start.Length >= 262 && start[257..262].SequenceEqual("ustar"u8);

    // The count of tensors in groups of seven bits, and the first one's name after its length.
    private static bool IsTorchSharp(ReadOnlySpan<byte> start)
    {
        var at = 0;
        while (at < 4 && at < start.Length && start[at] >= 0x80)
            at++;
        if (at + 2 > start.Length || start[at + 1] is < 4 or >= 0x80 || at + 2 + start[at + 1] > start.Length)
            return false;
        var name = System.Text.Encoding.Latin1.GetString(start.Slice(at + 2, start[at + 1]));
        return !name.AsSpan().ContainsAnyExcept(NameCharacters) && (name.Contains('.') || name is "weight" or "bias");
    }
}
