namespace MLNet.ResNetFamily;

/// <summary>Square pictures as three planes of floats: scaled to 0..1, minus the channel's mean, over its standard deviation.</summary>
internal sealed class ChannelPlanes
{
    private readonly int _size;
    private readonly float[] _red, _green, _blue;

    public ChannelPlanes(Preprocessing preprocessing)
    {
        preprocessing.Validate();
        if (preprocessing.Mean.Count != 3)
        {
            throw new ArgumentException(
                $"Preprocessing has {preprocessing.Mean.Count} values in Mean and Std, but images have 3 channels. Give one for red, green and blue each.",
                nameof(preprocessing));
        }
        _size = preprocessing.ImageSize;
        _red = Values(preprocessing, 0);
        _green = Values(preprocessing, 1);
        _blue = Values(preprocessing, 2);
    }

    /// <summary>Writes the planes of <paramref name="pixels"/>, turned left to right where <paramref name="mirrored"/>.</summary>
    public void Write(ReadOnlySpan<byte> pixels, bool mirrored, Span<float> chw)
    {
        var area = _size * _size;
        for (var y = 0; y < _size; y++)
        {
            var row = pixels.Slice(y * _size * 3, _size * 3);
            var red = chw.Slice(y * _size, _size);
            var green = chw.Slice(area + y * _size, _size);
            var blue = chw.Slice(2 * area + y * _size, _size);
            for (var x = 0; x < red.Length; x++)
            {
                var from = (mirrored ? red.Length - 1 - x : x) * 3;
                red[x] = _red[row[from]];
                green[x] = _green[row[from + 1]];
                blue[x] = _blue[row[from + 2]];
            }
        }
    }

    private static float[] Values(Preprocessing preprocessing, int channel) =>
        [.. Enumerable.Range(0, 256).Select(value => (value / 255f - preprocessing.Mean[channel]) / preprocessing.Std[channel])];
}
