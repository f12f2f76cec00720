using System.Buffers;
using System.Runtime.ExceptionServices;

namespace MLNet.ResNetFamily;

/// <summary>A batch that several threads are filling, one image each at a time.</summary>
internal sealed class PendingBatch
{
    private readonly IReadOnlyList<(int Index, ImageItem Item)> _items;
    private readonly int _imageLength;
    private readonly float[] _pixels;
    private readonly BadImage?[] _bad;
    private readonly ManualResetEventSlim _done = new();
    private ExceptionDispatchInfo? _failure;
    private int _left;

    public PendingBatch(IReadOnlyList<(int Index, ImageItem Item)> items, int imageLength)
    {
        _items = items;
        _imageLength = imageLength;
        _pixels = ArrayPool<float>.Shared.Rent(checked(items.Count * imageLength));
        _bad = new BadImage?[items.Count];
        _left = items.Count;
    }

    /// <summary>
    /// Decodes and prepares one image; keeps what goes wrong for the reader. With a gate only files are read while the network computes.
    /// </summary>
    public void Fill(int slot, ImageBatchOptions options, Action<int, RgbImage, Span<float>> transform)
    {
        var (index, item) = _items[slot];
        try
        {
            var fetched = item.Fetch();
            using var memory = fetched as IDisposable;
            using var turn = options.Gate?.Decode();
            using var image = fetched.Decode(options.Decoding);
            transform(index, image, Slot(slot));
        }
        catch (InvalidDataException error)
        {
            _bad[slot] = BadImage.From(item.Origin, error);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(SkiaSharpMismatch.Explain(error) ?? error), null);
        }
        if (Interlocked.Decrement(ref _left) == 0)
            _done.Set();
    }

    /// <summary>Waits until every image is there.</summary>
    public void Wait(CancellationToken cancellationToken) => _done.Wait(cancellationToken);

    /// <summary>The finished batch, without gaps where images were bad.</summary>
    public ImageBatch Finish()
    {
        if (_failure is not null)
        {
            Release();
            _failure.Throw();
        }
        var good = new List<int>(_items.Count);
        var badIndices = new List<int>();
        for (var slot = 0; slot < _items.Count; slot++)
        {
            if (_bad[slot] is not null)
            {
                badIndices.Add(_items[slot].Index);
                continue;
            }
            if (good.Count < slot)
                Slot(slot).CopyTo(Slot(good.Count));
            good.Add(_items[slot].Index);
        }
        return new(_pixels, _imageLength, [.. good], [.. badIndices], [.. _bad.OfType<BadImage>()]);
    }

    /// <summary>Gives the memory of an unread batch back; no thread may be filling it.</summary>
    public void Release() => ArrayPool<float>.Shared.Return(_pixels);

    private Span<float> Slot(int slot) => _pixels.AsSpan(slot * _imageLength, _imageLength);
}
