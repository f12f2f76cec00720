using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Writes weights as files that PyTorch, timm and others read.</summary>
/// <remarks>
/// The extension chooses the format: <c>.safetensors</c>, else <c>.pth</c>, <c>.pt</c> or <c>.bin</c> for PyTorch's zip form.
/// </remarks>
public static class WeightExport
{
    private const string Safetensors = ".safetensors";

    private static readonly string[] Extensions = [Safetensors, ".pth", ".pt", ".bin"];

    /// <summary>Writes a network's weights and buffers under the keys of published checkpoints.</summary>
    /// <param name="network">The network; it stays as it is.</param>
    /// <param name="path">Where to write; a file that is there is replaced when the new one is complete.</param>
    /// <param name="floatType">Type that fractions are rounded to: Float32 (the default), Float16 or BFloat16. Counters stay Int64.</param>
    /// <param name="classNames">
    /// Names of the classes in the order of the logits, for the metadata of a .safetensors file; null for none.
    /// </param>
    /// <param name="preprocessing">What is done to images, for the metadata of a .safetensors file; the backbone's own by default.</param>
    /// <exception cref="ArgumentException">The extension or type is unknown, or the names do not fit the number of classes.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        ImageClassifierNetwork network, string path, ScalarType floatType = ScalarType.Float32, IReadOnlyList<string>? classNames = null,
        Preprocessing? preprocessing = null)
    {
        if (classNames is not null && classNames.Count != network.ClassCount)
        {
            throw new ArgumentException(
                $"{classNames.Count} class names are given, but the network has {network.ClassCount} classes. Give one for each.",
                nameof(classNames));
        }

        var spec = network.Backbone.Spec;
        var metadata = WeightMetadata.Of(spec, classNames, preprocessing ?? spec.Preprocessing);
        // What other readers look for before they take a file for PyTorch's.
        metadata["format"] = "pt";
        Write(path, TensorToWrite.From(network.NamedState(), CheckedType(floatType)), metadata);
    }

    /// <summary>Writes the tensors of a weight file in another format or type, under the same keys.</summary>
    /// <param name="source">The open file.</param>
    /// <param name="path">Where to write; a file that is there is replaced when the new one is complete.</param>
    /// <param name="floatType">Type that fractions are rounded to: Float32, Float16 or BFloat16; null keeps each tensor's own.</param>
    /// <exception cref="ArgumentException">The extension or type is unknown.</exception>
    /// <exception cref="InvalidDataException">The source is damaged.</exception>
    /// <exception cref="InvalidOperationException">A value is too large for Float16.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Convert(WeightFile source, string path, ScalarType? floatType = null)
    {
        var tensors = source.Tensors.Select(stored => From(source, stored, floatType is { } type ? CheckedType(type) : null));
        Write(path, [.. tensors], source is SafetensorsFile ? source.Metadata : new Dictionary<string, string> { ["format"] = "pt" });
    }

    private static TensorToWrite From(WeightFile source, StoredTensor stored, ScalarType? floatType)
    {
        var type = floatType is { } wanted && DataTypes.Of(stored.DataType).IsFloatingPoint ? wanted : stored.DataType;
        return new TensorToWrite(stored with { DataType = type }, take =>
        {
            using var values = source.Read(stored.Key);
            TensorValues.Provide(values, type, take, stored.Key);
        });
    }

    private static void Write(string path, IReadOnlyList<TensorToWrite> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (!Extensions.Contains(extension))
        {
            throw new ArgumentException(
                $"'{path}' ends in '{extension}', which names no format. Choose one of {string.Join(", ", Extensions)}.", nameof(path));
        }
        AtomicFile.Write(path, stream =>
        {
            if (extension == Safetensors)
                SafetensorsWriter.Write(stream, tensors, metadata);
            else
                PthWriter.Write(stream, tensors);
        });
    }

    private static ScalarType CheckedType(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16
        ? type
        : throw new ArgumentException($"Weights cannot be written as {type}. Choose Float32, Float16 or BFloat16.", nameof(type));
}
