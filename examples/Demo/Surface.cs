namespace Demo;

/// <summary>A color that changes a little, in one of four textures.</summary>
internal sealed class Surface
{
    /// <summary>Brick, sand, moss, sky, slate, cream, plum, charcoal: few, so that no picture is known by a color of its own.</summary>
    private static readonly Vector3[] Palette =
    [
        new(0.68f, 0.3f, 0.24f), new(0.8f, 0.68f, 0.46f), new(0.4f, 0.52f, 0.28f), new(0.46f, 0.64f, 0.82f),
        new(0.36f, 0.42f, 0.48f), new(0.92f, 0.88f, 0.78f), new(0.5f, 0.3f, 0.5f), new(0.18f, 0.18f, 0.2f),
    ];

    private readonly Vector3 _first, _second;
    private readonly int _texture, _noiseSeed;
    private readonly float _frequency;
    private readonly Matrix3x2 _turn;

    /// <param name="random">Chooses everything.</param>
    /// <param name="behind">What it has to stand out from, if anything: its mean color is then another one.</param>
    public Surface(Random random, Surface? behind = null)
    {
        do
        {
            _first = Color(random);
            _second = Vector3.Lerp(_first, Color(random), 0.45f);
        }
        while (behind is not null && (Mean - behind.Mean).Length() < 0.4f);
        (_texture, _noiseSeed) = (random.Next(4), random.Next());
        _frequency = Between(random, 3, 9);
        _turn = Matrix3x2.CreateRotation(Between(random, 0, MathF.PI));
    }

    private Vector3 Mean => (_first + _second) / 2;

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
        return Vector3.Lerp(_first, _second, Math.Clamp(pattern, 0, 1)) * (1 + (0.2f * grain));
    }

    private static float Between(Random random, float low, float high) => low + (random.NextSingle() * (high - low));

    // One of the few colors, a little off.
    private static Vector3 Color(Random random) =>
        Palette[random.Next(Palette.Length)] +
        (0.1f * new Vector3(random.NextSingle() - 0.5f, random.NextSingle() - 0.5f, random.NextSingle() - 0.5f));

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
