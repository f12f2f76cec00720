namespace MLNet.ResNetFamily;

// What is taken of a stage: its maps of shape [C, H, W], or their means over all positions, of shape [C].
internal sealed record StageOutput(string Name, string Stage, IReadOnlyList<int> Shape)
{
    internal bool IsPooled => Shape.Count == 1;

    internal int Width => Shape.Aggregate(1, (product, side) => checked(product * side));
}
