using System.Buffers;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// The weights of a saved model outside its archive, in a temporary file, and beside it the ONNX model that they are part of. Needs no
/// libtorch.
/// </summary>
internal sealed class SavedWeights : IDisposable
{
    private const int BufferLength = 1 << 20;
    private const string FileName = "weights";

    private readonly TemporaryFile _model = new("model.onnx");
    private readonly SafeFileHandle _weights;
    private readonly Dictionary<string, long> _places;

    /// <param name="skeleton">The model without its weights.</param>
    /// <param name="block">A safetensors block; afterwards the stream stands behind it.</param>
    /// <param name="origin">What messages call the block.</param>
    /// <exception cref="InvalidDataException">The block is damaged, or does not fit the skeleton.</exception>
    public SavedWeights(OnnxSkeleton skeleton, Stream block, string origin)
    {
        try
        {
            var header = SafetensorsHeader.Read(block, origin);
            Tensors = [.. header.Entries.Select(entry => entry.Tensor)];
            _places = header.Entries.ToDictionary(entry => entry.Tensor.Key, entry => entry.Begin, StringComparer.Ordinal);
            var model = skeleton.Over(FileName, header.Entries);
            var path = Path.Combine(Path.GetDirectoryName(_model.Path)!, FileName);
            using (var weights = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0))
                Copy(header, block, weights, origin);
            using (var file = File.Create(_model.Path))
                model.WriteTo(file);
            _weights = File.OpenHandle(path, options: FileOptions.RandomAccess);
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    /// <summary>Where the ONNX model is.</summary>
    public string OnnxPath => _model.Path;

    /// <summary>All weights, in the order of the block's header.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Reads the elements of a weight, little-endian and in row-major order.</summary>
    public void Read(StoredTensor tensor, Span<byte> destination)
    {
        if (!FileRange.TryRead(_weights, _places[tensor.Key], destination))
        {
            throw new InvalidDataException(
                $"The temporary file of the weights, beside '{_model.Path}', was changed. Load the model again.");
        }
    }

    public void Dispose()
    {
        _weights.Dispose();
        _model.Dispose();
    }

    private static void Copy(SafetensorsHeader header, Stream block, Stream weights, string origin)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (var copied = 0L; copied < header.DataLength;)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(header.DataLength - copied, chunk.Length));
                if (block.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) is var count && count < part.Length)
                {
                    var broken = header.InDataOrder.First(entry => entry.End > copied + count).Tensor;
                    throw SafetensorsHeader.Broken(origin, $"it ends inside tensor '{broken.Key}'");
                }
                weights.Write(part);
                copied += part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
