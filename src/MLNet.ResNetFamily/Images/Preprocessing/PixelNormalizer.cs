using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns bytes into what a network sees: scaled to 0..1, minus the channel's mean, over its standard deviation. The channels stay side by
/// side.
/// </summary>
internal sealed class PixelNormalizer
{
    // Eight pixels are three vectors; the channels take turns over them.
    private const int Lanes = 8;

    private readonly int _channels;
    private readonly float[] _means, _deviations;

    public PixelNormalizer(Preprocessing preprocessing)
    {
        preprocessing.Validate();
        _channels = preprocessing.Channels;
        _means = [.. Enumerable.Range(0, _channels * Lanes).Select(i => preprocessing.Mean[i % _channels])];
        _deviations = [.. Enumerable.Range(0, _channels * Lanes).Select(i => preprocessing.Std[i % _channels])];
    }

    /// <summary>Writes the channels of <paramref name="pixels"/>, which are whole pixels.</summary>
    /// <param name="pixels">Three bytes a pixel, of which those are taken that stand for a channel.</param>
    /// <param name="values">Takes a value for each channel of each pixel.</param>
    /// <param name="first">The channel that the first byte of each pixel stands for.</param>
    public void Write(ReadOnlySpan<byte> pixels, Span<float> values, int first = 0)
    {
        if (_channels == 3)
        {
            WriteColors(pixels, values);
            return;
        }
        for (var channel = first; channel < Math.Min(first + 3, _channels); channel++)
        {
            for (var pixel = 0; pixel * 3 < pixels.Length; pixel++)
                values[pixel * _channels + channel] = (pixels[pixel * 3 + channel - first] / 255f - _means[channel]) / _deviations[channel];
        }
    }

    private void WriteColors(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        values = values[..pixels.Length];
        ref var from = ref MemoryMarshal.GetReference(pixels);
        ref var to = ref MemoryMarshal.GetReference(values);
        var (meanA, meanB, meanC) = Three(_means);
        var (deviationA, deviationB, deviationC) = Three(_deviations);
        var largest = Vector256.Create(255f);
        var i = 0;
        for (; i + 3 * Lanes + Lanes <= pixels.Length; i += 3 * Lanes)
        {
            ((Floats(ref from, i) / largest - meanA) / deviationA).StoreUnsafe(ref to, (nuint)i);
            ((Floats(ref from, i + Lanes) / largest - meanB) / deviationB).StoreUnsafe(ref to, (nuint)(i + Lanes));
            ((Floats(ref from, i + 2 * Lanes) / largest - meanC) / deviationC).StoreUnsafe(ref to, (nuint)(i + 2 * Lanes));
        }
        for (; i < pixels.Length; i++)
            values[i] = (pixels[i] / 255f - _means[i % 3]) / _deviations[i % 3];
    }

    private static (Vector256<float>, Vector256<float>, Vector256<float>) Three(float[] values) =>
        (Vector256.Create(values, 0), Vector256.Create(values, Lanes), Vector256.Create(values, 2 * Lanes));

    /// <summary>Eight bytes as floats; the eight behind them are read too.</summary>
    private static Vector256<float> Floats(ref byte pixels, int offset)
    {
        var shorts = Vector128.WidenLower(Vector128.LoadUnsafe(ref pixels, (nuint)offset));
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32());
    }
}
