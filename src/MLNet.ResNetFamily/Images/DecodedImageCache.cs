using System.Collections.Concurrent;

namespace MLNet.ResNetFamily;

/// <summary>
/// Keeps decoded images in memory up to a limit: the first ones that fit, for as long as the cache lives, because every epoch sees all of
/// them once and nothing else could be thrown out to advantage. May be used by many threads at once.
/// </summary>
/// <param name="byteLimit">Most bytes of pixels that are kept.</param>
internal sealed class DecodedImageCache(long byteLimit)
{
    private readonly ConcurrentDictionary<(ImageItem Item, DecodeOptions Options), RgbImage> _kept = [];
    private long _byteCount;

    /// <summary>Bytes of pixels that are kept.</summary>
    public long ByteCount => Interlocked.Read(ref _byteCount);

    /// <summary>The same images, decoded once if there is room for them.</summary>
    public IReadOnlyList<ImageItem> Over(IReadOnlyList<ImageItem> items) => new CachedItems(items, this);

    private RgbImage Decode(ImageItem item, DecodeOptions options)
    {
        // What was decoded once was not too large.
        var key = (item, options with { MaxPixels = 0 });
        if (_kept.TryGetValue(key, out var kept))
            return kept.View();
        var image = item.Decode(options);
        var length = image.PixelSpan.Length;
        if (Interlocked.Add(ref _byteCount, length) > byteLimit || !_kept.TryAdd(key, image.Copy()))
            Interlocked.Add(ref _byteCount, -length);
        return image;
    }

    private sealed class CachedItems(IReadOnlyList<ImageItem> items, DecodedImageCache cache) : IReadOnlyList<ImageItem>
    {
        public int Count => items.Count;

        // What is decoded already needs no second copy.
        public ImageItem this[int index] => items[index] is var item && item is DecodedImage ? item : new CachedImage(item, cache);

        public IEnumerator<ImageItem> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed record CachedImage(ImageItem Item, DecodedImageCache Cache) : ImageItem
    {
        public override string Origin => Item.Origin;

        public override RgbImage Decode(DecodeOptions options) => Cache.Decode(Item, options);
    }
}
