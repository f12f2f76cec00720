using System.Runtime.Intrinsics;

namespace Microsoft.ML.Data;

/// <summary>
/// Resizes as the genuine one does: Fill takes the nearest pixel; Pad and Crop scale smoothly (averages when shrinking, Mitchell's cubic
/// when enlarging) onto black. The smooth ones agree with the genuine ones in place and size, not to the last bit.
/// </summary>
internal static class PixelScaler
{
    public static MLImage Resize(MLImage source, int width, int height, ImageResizeMode mode)
    {
        if (mode == ImageResizeMode.Fill)
            return Nearest(source, width, height);

        var widthAspect = (float)width / source.Width;
        var heightAspect = (float)height / source.Height;
        var wideEnough = heightAspect < widthAspect;
        var aspect = mode == ImageResizeMode.Pad == wideEnough ? heightAspect : widthAspect;
        var (left, top) = (0, 0);
        if (mode == ImageResizeMode.Pad == wideEnough)
        {
            left = mode switch
            {
                ImageResizeMode.CropAnchorLeft => 0,
                ImageResizeMode.CropAnchorRight => (int)(width - source.Width * aspect),
                _ => (int)((width - source.Width * aspect) / 2),
            };
        }
        else
        {
            top = mode switch
            {
                ImageResizeMode.CropAnchorTop => 0,
                ImageResizeMode.CropAnchorBottom => (int)(height - source.Height * aspect),
                _ => (int)((height - source.Height * aspect) / 2),
            };
        }
        return Smooth(source, width, height, left, top, (int)(source.Width * aspect), (int)(source.Height * aspect));
    }

    private static MLImage Nearest(MLImage source, int width, int height)
    {
        var result = new MLImage(width, height, source.PixelFormat);
        var from = source.Pixels;
        var to = result.WritablePixels;
        for (var y = 0; y < height; y++)
        {
            var row = Centre(y, height, source.Height) * source.Width;
            for (var x = 0; x < width; x++)
                from.Slice((row + Centre(x, width, source.Width)) * 4, 4).CopyTo(to[((y * width + x) * 4)..]);
        }
        return result;

        // The pixel under the centre; of two that meet there, the first.
        static int Centre(int position, int size, int sourceSize) => (int)(((2L * position + 1) * sourceSize - 1) / (2L * size));
    }

    /// <summary>The whole source, scaled into the given rectangle of an otherwise black picture without transparency.</summary>
    private static MLImage Smooth(MLImage source, int width, int height, int left, int top, int scaledWidth, int scaledHeight)
    {
        var result = new MLImage(width, height, source.PixelFormat);
        var to = result.WritablePixels;
        for (var i = 0; i < to.Length; i += 4)
            (to[i], to[i + 1], to[i + 2], to[i + 3]) = (0, 0, 0, 255);

        var columns = Filter(source.Width, scaledWidth, Math.Max(0, -left), Math.Min(scaledWidth, width - left));
        var rows = Filter(source.Height, scaledHeight, Math.Max(0, -top), Math.Min(scaledHeight, height - top));
        if (columns.Length == 0 || rows.Length == 0)
            return result;
        var firstRow = rows[0].Start;
        var narrowed = new Vector128<float>[(rows[^1].Start + rows[^1].Weights.Length - firstRow) * columns.Length];
        for (var i = 0; i < narrowed.Length; i++)
        {
            var (start, weights) = columns[i % columns.Length];
            var line = source.Pixels.Slice(((firstRow + i / columns.Length) * source.Width + start) * 4, weights.Length * 4);
            var sum = Vector128<float>.Zero;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += Load(line.Slice(tap * 4, 4)) * weights[tap];
            narrowed[i] = sum;
        }
        for (var y = 0; y < rows.Length; y++)
        {
            var (start, weights) = rows[y];
            for (var x = 0; x < columns.Length; x++)
            {
                var sum = Vector128.Create(0.5f);
                for (var tap = 0; tap < weights.Length; tap++)
                    sum += narrowed[(start + tap - firstRow) * columns.Length + x] * weights[tap];
                var pixel = to.Slice(((Math.Max(0, top) + y) * width + Math.Max(0, left) + x) * 4, 3);
                for (var c = 0; c < 3; c++)
                    pixel[c] = (byte)Math.Clamp(sum[c], 0, 255);
            }
        }
        return result;
    }

    private static Vector128<float> Load(ReadOnlySpan<byte> pixel) =>
        Vector128.ConvertToSingle(Vector128.Create(pixel[0], pixel[1], pixel[2], pixel[3]));

    /// <summary>Which source pixels make up the scaled pixels from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    private static (int Start, float[] Weights)[] Filter(int sourceSize, int size, int first, int end)
    {
        var filter = new (int Start, float[] Weights)[Math.Max(0, end - first)];
        var scale = (double)sourceSize / size;
        var width = Math.Max(scale, 1);
        var support = scale > 1 ? width : 2;
        for (var i = 0; i < filter.Length; i++)
        {
            var center = (first + i + 0.5) * scale;
            var start = (int)Math.Max(0, Math.Floor(center - support + 0.5));
            var stop = (int)Math.Min(sourceSize, Math.Floor(center + support + 0.5));
            var weights = new float[stop - start];
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var distance = Math.Abs((start + tap + 0.5 - center) / width);
                weights[tap] = (float)(scale > 1 ? Math.Max(0, 1 - distance) : Mitchell(distance));
            }
            var sum = weights.Sum();
            for (var tap = 0; tap < weights.Length; tap++)
                weights[tap] /= sum;
            filter[i] = (start, weights);
        }
        return filter;
    }

    private static double Mitchell(double x) => x switch
    {
        < 1 => (7 * x * x * x - 12 * x * x + 16 / 3.0) / 6,
        < 2 => (-7 / 3.0 * x * x * x + 12 * x * x - 20 * x + 32 / 3.0) / 6,
        _ => 0,
    };
}
