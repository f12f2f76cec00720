using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// Network inputs that stand side by side in memory, in the order of the data. Images that could not be read are left out of them and
/// listed instead, so a batch may be empty. Disposing of it hands <see cref="Pixels"/> back to a pool.
/// </summary>
internal sealed class ImageBatch(
    float[] pixels, int imageLength, int[] indices, int[] badIndices, IReadOnlyList<BadImage> bad) : IDisposable
{
    private float[]? _pixels = pixels;

    /// <summary>Images in <see cref="Pixels"/>.</summary>
    public int Count => Indices.Length;

    /// <summary>The values of one item after the other, each in the memory order [H, W, C]; the array may be longer than that.</summary>
    public float[] Pixels => _pixels ?? throw new ObjectDisposedException(nameof(ImageBatch));

    /// <summary>Exactly those values.</summary>
    public ArraySegment<float> PixelSegment => new(Pixels, 0, Count * imageLength);

    /// <summary>Which item each image is.</summary>
    public int[] Indices { get; } = indices;

    /// <summary>Which item each entry of <see cref="Bad"/> is.</summary>
    public int[] BadIndices { get; } = badIndices;

    /// <summary>The items of this batch that gave no image, in the order of the data.</summary>
    public IReadOnlyList<BadImage> Bad { get; } = bad;

    public void Dispose()
    {
        if (_pixels is { } pixels)
            ArrayPool<float>.Shared.Return(pixels);
        _pixels = null;
    }
}
