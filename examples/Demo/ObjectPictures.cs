using Microsoft.ML.Data;

namespace Demo;

/// <summary>
/// Draws pictures of objects: lit, textured, turned, partly hidden, on varied backgrounds. Colors, textures and backgrounds come from the
/// same pool for every kind of object.
/// </summary>
internal sealed class ObjectPictures(int size, int seed)
{
    /// <summary>
    /// Writes <paramref name="perClass"/> JPEG files into one sub-folder of <paramref name="folder"/> for each kind of object.
    /// </summary>
    public void Draw(string folder, int perClass)
    {
        foreach (var (kind, index) in DrawnObject.All.Select((kind, index) => (kind, index)))
        {
            var classFolder = Directory.CreateDirectory(Path.Combine(folder, kind.Name)).FullName;
            Parallel.For(0, perClass, i =>
            {
                using var picture = Picture(kind, new Random(seed + (index * 100_003) + i));
                picture.Save(Path.Combine(classFolder, $"{i:000}.jpg"));
            });
        }
    }

    private MLImage Picture(DrawnObject kind, Random random)
    {
        var background = new Surface(random);
        var paint = new Surface(random, background);
        var decoration = new Surface(random, paint);
        var cover = new Surface(random);
        var radius = Between(random, 0.28f, 0.42f);
        var center = new Vector2(Between(random, 0.4f, 0.6f), Between(random, 0.4f, 0.6f));
        var turn = Matrix3x2.CreateRotation(Between(random, 0, 2 * MathF.PI));
        var light = Direction(random);
        var (coverEdge, coverFrom) = (random.NextSingle() < 0.6f ? Between(random, 0.5f, 0.9f) : float.MaxValue, Direction(random));
        var exposure = Between(random, 0.75f, 1.2f);

        var pixels = new byte[size * size * 4];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var at = new Vector2((x + 0.5f) / size, (y + 0.5f) / size);
                var seen = (at - center) / radius;
                var local = Vector2.Transform(seen, turn);
                var softness = 1.6f / (radius * size);
                var shadow = Inside(kind.Distance(Vector2.Transform(seen + (light * 0.16f), turn)), 0.3f);
                var color = background.At(at) * (1 - (0.45f * shadow));
                var lit = Vector3.Lerp(paint.At(local * 0.5f), decoration.At(local * 0.5f), kind.Pattern(local)) * Shade(
                    kind.Distance, local, Vector2.Transform(light, turn));
                color = Vector3.Lerp(color, lit, Inside(kind.Distance(local), softness));
                var acrossCover = MathF.Abs(Vector2.Dot(seen, coverFrom) - coverEdge - 0.2f) - 0.2f;
                color = Vector3.Lerp(color, cover.At(at), Inside(acrossCover, softness));
                color = (color * exposure) + new Vector3((random.NextSingle() - 0.5f) * 0.06f);
                Write(pixels.AsSpan(((y * size) + x) * 4, 4), color);
            }
        }

        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, pixels);
    }

    // A dome over the outline, lit from the side with a highlight.
    private static float Shade(Func<Vector2, float> distance, Vector2 p, Vector2 light)
    {
        const float Step = 0.02f;
        var slope = new Vector2(
            distance(p + new Vector2(Step, 0)) - distance(p - new Vector2(Step, 0)),
            distance(p + new Vector2(0, Step)) - distance(p - new Vector2(0, Step))) / (2 * Step);
        var steepness = Math.Clamp(1 + (distance(p) / 0.3f), 0, 1);
        var normal = Vector3.Normalize(new Vector3(slope * steepness, 0.8f));
        var facing = MathF.Max(0, Vector3.Dot(normal, Vector3.Normalize(new Vector3(-light, 0.9f))));
        return 0.35f + (0.7f * facing) + (0.35f * MathF.Pow(facing, 24));
    }

    private static float Inside(float distance, float softness) => Math.Clamp(0.5f - (distance / softness), 0, 1);

    private static float Between(Random random, float low, float high) => low + (random.NextSingle() * (high - low));

    private static Vector2 Direction(Random random) =>
        Vector2.Transform(Vector2.UnitX, Matrix3x2.CreateRotation(Between(random, 0, 2 * MathF.PI)));

    private static void Write(Span<byte> rgba, Vector3 color)
    {
        var levels = Vector3.Clamp(color, Vector3.Zero, Vector3.One) * 255;
        (rgba[0], rgba[1], rgba[2], rgba[3]) = ((byte)levels.X, (byte)levels.Y, (byte)levels.Z, 255);
    }
}
