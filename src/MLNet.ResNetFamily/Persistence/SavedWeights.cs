using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// The weights of a saved model outside its archive: those that its ONNX model needs stand in this, in a temporary file that ONNX Runtime
/// opens, and the others in memory. Needs no libtorch.
/// </summary>
internal sealed class SavedWeights : IDisposable
{
    private const int BufferLength = 1 << 20;

    private readonly TemporaryFile _file = new("model.onnx");
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _others = new(StringComparer.Ordinal);

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
            using (var model = new FileStream(_file.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferLength))
                Write(model, skeleton, new(header.InDataOrder.Select(entry => entry.Tensor)), new(block, origin));
            _handle = File.OpenHandle(_file.Path, options: FileOptions.RandomAccess);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Where the ONNX model is, with its weights.</summary>
    public string OnnxPath => _file.Path;

    /// <summary>All weights, in the order of the block's header.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Reads the elements of a weight, little-endian and in row-major order.</summary>
    public void Read(StoredTensor tensor, Span<byte> destination)
    {
        if (_others.TryGetValue(tensor.Key, out var elements))
            elements.CopyTo(destination);
        else if (!FileRange.TryRead(_handle, _places[tensor.Key], destination))
            throw new InvalidDataException($"The temporary file '{_file.Path}' was changed. Load the model again.");
    }

    public void Dispose()
    {
        _handle.Dispose();
        _file.Dispose();
    }

    // The block cannot go back: what stands between two weights of the model is read on the way.
    private void Write(Stream model, OnnxSkeleton skeleton, Queue<StoredTensor> unread, Block block)
    {
        var needed = unread.Where(tensor => skeleton.Needs(tensor.Key)).ToList();
        skeleton.With([.. needed.Select(tensor => new TensorToWrite(tensor, take =>
        {
            ReadOthers();
            _places[unread.Dequeue().Key] = model.Position;
            block.Read(tensor, take);
        }))]).Write(model);
        ReadOthers();

        void ReadOthers()
        {
            while (unread.TryPeek(out var tensor) && !skeleton.Needs(tensor.Key))
            {
                using var elements = new MemoryStream();
                block.Read(unread.Dequeue(), elements.Write);
                _others.Add(tensor.Key, elements.ToArray());
            }
        }
    }

    private readonly record struct Block(Stream Stream, string Origin)
    {
        public void Read(StoredTensor tensor, TakeElements take)
        {
            var chunk = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                for (var left = tensor.ByteCount; left > 0;)
                {
                    var part = chunk.AsSpan(0, (int)Math.Min(left, chunk.Length));
                    if (Stream.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
                        throw SafetensorsHeader.Broken(Origin, $"it ends inside tensor '{tensor.Key}'");
                    take(part);
                    left -= part.Length;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }
        }
    }
}
