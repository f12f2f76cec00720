namespace Demo;

/// <summary>A kind of object, seen from above in a plane where it is about 1 in radius.</summary>
/// <param name="Name">Its class.</param>
/// <param name="Distance">Signed distance from a point to its outline: negative inside.</param>
/// <param name="Pattern">How much of its second color a point has, from 0 to 1; what makes a disc a ball or a button.</param>
internal sealed record DrawnObject(string Name, Func<Vector2, float> Distance, Func<Vector2, float> Pattern)
{
    /// <summary>All kinds. None has colors of its own, so that only shape and pattern tell them apart.</summary>
    public static IReadOnlyList<DrawnObject> All { get; } =
    [
        new("ball", p => p.Length() - 0.95f, p => Step(MathF.Sin(MathF.Atan2(p.Y, p.X) * 3))),
        new("doughnut", p => MathF.Abs(p.Length() - 0.64f) - 0.32f, Sprinkles),
        new("gear", Gear, p => Step(0.5f - p.Length())),
        new("leaf", Leaf, Veins),
        new("parcel", p => Box(p, new(0.8f, 0.62f)), p => Step(0.13f - MathF.Min(MathF.Abs(p.X), MathF.Abs(p.Y)))),
        new("starfish", Star, p => Step(0.07f - MathF.Abs(p.Length() - 0.3f))),
    ];

    private static float Step(float value) => Math.Clamp(0.5f + (value * 12), 0, 1);

    private static float Box(Vector2 p, Vector2 half)
    {
        var q = Vector2.Abs(p) - half;
        return Vector2.Max(q, Vector2.Zero).Length() + MathF.Min(MathF.Max(q.X, q.Y), 0);
    }

    private static float Gear(Vector2 p)
    {
        var tooth = 0.13f * Math.Clamp(MathF.Sin(MathF.Atan2(p.Y, p.X) * 9) * 3, -1, 1);
        return MathF.Max(p.Length() - 0.84f - tooth, 0.26f - p.Length());
    }

    // Where two discs overlap, with a stalk.
    private static float Leaf(Vector2 p)
    {
        var blade = new Vector2(MathF.Abs(p.Y) + 0.78f, p.X).Length() - 1.25f;
        return MathF.Min(blade, Box(p - new Vector2(1.05f, 0), new(0.22f, 0.05f)));
    }

    private static float Veins(Vector2 p)
    {
        var ribs = MathF.Abs(MathF.Sin(((p.X + MathF.Abs(p.Y)) * 9) + 0.4f)) - 0.25f;
        return Step(0.05f - MathF.Min(MathF.Abs(p.Y), ribs * 0.12f));
    }

    private static float Sprinkles(Vector2 p)
    {
        var turn = MathF.Atan2(p.Y, p.X) * 7 / MathF.PI;
        var cell = turn - MathF.Floor(turn) - 0.5f;
        var across = p.Length() - 0.64f + (0.12f * MathF.Sin(MathF.Floor(turn) * 2.4f));
        return Step(0.07f - MathF.Max(MathF.Abs(cell) * 0.3f, MathF.Abs(across) - 0.07f));
    }

    private static float Star(Vector2 p)
    {
        var sector = MathF.PI / 5;
        var angle = MathF.Atan2(p.X, p.Y);
        angle = MathF.Abs(angle - (2 * sector * MathF.Round(angle / (2 * sector))));
        var q = p.Length() * new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        var (tip, notch) = (new Vector2(1.05f, 0), 0.42f * new Vector2(MathF.Cos(sector), MathF.Sin(sector)));
        var edge = notch - tip;
        return (((q - tip).Y * edge.X) - ((q - tip).X * edge.Y)) / -edge.Length();
    }
}
