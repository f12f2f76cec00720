using Microsoft.ML.Data;

namespace Demo;

/// <summary>
/// Draws pictures of eight kinds of object: lit, textured, rotated, partly hidden, on varied backgrounds. Colours, textures and
/// backgrounds are drawn from the same pool for every class, so only the shape tells the classes apart.
/// </summary>
internal sealed class ObjectPictures(int size, int seed)
{
    /// <summary>The signed distance from a point to the outline of each object of radius about 1: negative inside.</summary>
    private static readonly (string Name, Func<Vector2, float> Distance)[] Objects =
    [
        ("ball", p => p.Length() - 0.85f),
        ("box", p => Box(p, new(0.72f, 0.72f)) - 0.06f),
        ("crescent", p => MathF.Max(p.Length() - 0.95f, 0.75f - (p - new Vector2(0.5f, 0)).Length())),
        ("cross", p => MathF.Min(Box(p, new(0.95f, 0.3f)), Box(p, new(0.3f, 0.95f))) - 0.03f),
        ("heart", Heart),
        ("ring", p => MathF.Abs(p.Length() - 0.7f) - 0.22f),
        ("star", Star),
        ("wedge", Wedge),
    ];

    /// <summary>Writes <paramref name="perClass"/> JPEG files into one sub-folder of <paramref name="folder"/> for each kind of object.</summary>
    public void Draw(string folder, int perClass)
    {
        foreach (var (kind, index) in Objects.Select((o, i) => (o, i)))
        {
            var classFolder = Directory.CreateDirectory(Path.Combine(folder, kind.Name)).FullName;
            Parallel.For(0, perClass, i =>
            {
                using var picture = Picture(kind.Distance, new Random(seed + (index * 100_003) + i));
                picture.Save(Path.Combine(classFolder, $"{i:000}.jpg"));
            });
        }
    }

    private MLImage Picture(Func<Vector2, float> distance, Random random)
    {
        var background = new Surface(random);
        var paint = new Surface(random);
        var cover = new Surface(random);
        var radius = Between(random, 0.26f, 0.42f);
        var centre = new Vector2(Between(random, 0.38f, 0.62f), Between(random, 0.38f, 0.62f));
        var turn = Matrix3x2.CreateRotation(Between(random, 0, 2 * MathF.PI));
        var light = Vector2.Transform(Vector2.UnitX, Matrix3x2.CreateRotation(Between(random, 0, 2 * MathF.PI)));
        var hidden = random.NextSingle() < 0.6f ? Between(random, 0.55f, 0.9f) : float.MaxValue;      // distance of the cover's edge
        var hiddenFrom = Vector2.Transform(Vector2.UnitX, Matrix3x2.CreateRotation(Between(random, 0, 2 * MathF.PI)));
        var exposure = Between(random, 0.75f, 1.2f);

        var pixels = new byte[size * size * 4];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var at = new Vector2((x + 0.5f) / size, (y + 0.5f) / size);
                var local = Vector2.Transform((at - centre) / radius, turn);
                var colour = background.At(at) * (1 - (0.45f * Inside(distance(local + Vector2.Transform(light * 0.16f, turn)), 0.3f)));   // shadow
                var lit = paint.At(local * 0.5f) * Shade(distance, local, Vector2.Transform(light, turn));
                colour = Vector3.Lerp(colour, lit, Inside(distance(local), 1.6f / (radius * size)));
                var overlap = Vector2.Dot((at - centre) / radius, hiddenFrom) - hidden;
                var coverWidth = MathF.Abs(overlap - 0.2f) - 0.2f;
                colour = Vector3.Lerp(colour, cover.At(at), hidden == float.MaxValue ? 0 : Inside(coverWidth, 1.6f / (radius * size)));
                colour = (colour * exposure) + new Vector3((random.NextSingle() - 0.5f) * 0.06f);
                Write(pixels.AsSpan(((y * size) + x) * 4, 4), colour);
            }
        }

        return MLImage.CreateFromPixels(size, size, MLPixelFormat.Rgba32, pixels);
    }

    // A dome over the outline, lit from the side with a highlight.
    private static float Shade(Func<Vector2, float> distance, Vector2 p, Vector2 light)
    {
        const float Step = 0.02f;
        var slope = new Vector2(distance(p + new Vector2(Step, 0)) - distance(p - new Vector2(Step, 0)), distance(p + new Vector2(0, Step)) - distance(p - new Vector2(0, Step))) / (2 * Step);
        var steepness = Math.Clamp(1 + (distance(p) / 0.45f), 0, 1);
        var normal = Vector3.Normalize(new Vector3(slope * steepness, 0.8f));
        var facing = MathF.Max(0, Vector3.Dot(normal, Vector3.Normalize(new Vector3(-light, 0.9f))));
        return 0.35f + (0.7f * facing) + (0.35f * MathF.Pow(facing, 24));
    }

    private static float Inside(float distance, float softness) => Math.Clamp(0.5f - (distance / softness), 0, 1);

    private static float Between(Random random, float low, float high) => low + (random.NextSingle() * (high - low));

    private static void Write(Span<byte> rgba, Vector3 colour)
    {
        var levels = Vector3.Clamp(colour, Vector3.Zero, Vector3.One) * 255;
        (rgba[0], rgba[1], rgba[2], rgba[3]) = ((byte)levels.X, (byte)levels.Y, (byte)levels.Z, 255);
    }

    private static float Box(Vector2 p, Vector2 half)
    {
        var q = Vector2.Abs(p) - half;
        return Vector2.Max(q, Vector2.Zero).Length() + MathF.Min(MathF.Max(q.X, q.Y), 0);
    }

    private static float Heart(Vector2 p)
    {
        p = new Vector2(MathF.Abs(p.X), -p.Y + 0.75f) / 1.55f;
        if (p.X + p.Y > 1)
        {
            return ((p - new Vector2(0.25f, 0.75f)).Length() - (MathF.Sqrt(2) / 4)) * 1.55f;
        }

        var diagonal = p - (0.5f * MathF.Max(p.X + p.Y, 0) * Vector2.One);
        return MathF.Sqrt(MathF.Min((p - Vector2.UnitY).LengthSquared(), diagonal.LengthSquared())) * MathF.Sign(p.X - p.Y) * 1.55f;
    }

    private static float Star(Vector2 p)
    {
        var sector = MathF.PI / 5;
        var angle = MathF.Atan2(p.X, p.Y);
        angle = MathF.Abs(angle - (2 * sector * MathF.Round(angle / (2 * sector))));
        var q = p.Length() * new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        var (tip, notch) = (new Vector2(1, 0), 0.42f * new Vector2(MathF.Cos(sector), MathF.Sin(sector)));
        var edge = notch - tip;
        return ((q - tip).X * -edge.Y + (q - tip).Y * edge.X) / edge.Length() * -1;
    }

    private static float Wedge(Vector2 p) => MathF.Max(MathF.Max(-p.Y - 0.5f, (p.Y * 0.5f) + (MathF.Abs(p.X) * 0.8660254f) - 0.5f), -1);

    /// <summary>A colour gradient with one of four textures.</summary>
    private sealed class Surface
    {
        private readonly Vector3 _first, _second;
        private readonly int _texture, _noiseSeed;
        private readonly float _frequency;
        private readonly Matrix3x2 _turn;

        public Surface(Random random)
        {
            (_first, _second) = (Colour(random), Colour(random));
            (_texture, _noiseSeed) = (random.Next(4), random.Next());
            _frequency = Between(random, 3, 9);
            _turn = Matrix3x2.CreateRotation(Between(random, 0, MathF.PI));
        }

        public Vector3 At(Vector2 p)
        {
            var q = Vector2.Transform(p, _turn);
            var pattern = _texture switch
            {
                0 => q.X,
                1 => 0.5f + (0.5f * MathF.Sin(q.X * _frequency * 6)),
                2 => (((int)MathF.Floor(q.X * _frequency) + (int)MathF.Floor(q.Y * _frequency)) & 1) * 0.8f,
                _ => Noise(q * _frequency),
            };
            var grain = Noise(p * 23) - 0.5f;
            return Vector3.Lerp(_first, _second, Math.Clamp(pattern, 0, 1)) * (1 + (0.35f * grain));
        }

        private static Vector3 Colour(Random random) => new(Between(random, 0.1f, 0.95f), Between(random, 0.1f, 0.95f), Between(random, 0.1f, 0.95f));

        // Value noise: random numbers on a grid, smoothly joined.
        private float Noise(Vector2 p)
        {
            var (x, y) = ((int)MathF.Floor(p.X), (int)MathF.Floor(p.Y));
            var (u, v) = (Smooth(p.X - x), Smooth(p.Y - y));
            return float.Lerp(float.Lerp(Grid(x, y), Grid(x + 1, y), u), float.Lerp(Grid(x, y + 1), Grid(x + 1, y + 1), u), v);
        }

        private static float Smooth(float t) => t * t * (3 - (2 * t));

        private float Grid(int x, int y)
        {
            var hash = (uint)((x * 374_761_393) + (y * 668_265_263) + _noiseSeed);
            hash = (hash ^ (hash >> 13)) * 1_274_126_177u;
            return (hash ^ (hash >> 16)) / (float)uint.MaxValue;
        }
    }
}
