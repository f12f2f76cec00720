using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// Several networks that see the same images: the weighted mean of their probabilities. An image is decoded once, and prepared once for
/// all members whose preprocessing is equal.
/// </summary>
internal sealed class EnsembleInference : IImageInference
{
    private readonly IReadOnlyList<Member[]> _groups;

    /// <param name="members">The networks; all answer with one probability for each class.</param>
    public EnsembleInference(IEnumerable<Member> members) =>
        _groups = [.. members.GroupBy(member => member.Preprocessing).Select(group => group.ToArray())];

    /// <inheritdoc/>
    public int ViewCount => Inputs.First().ViewCount;

    /// <inheritdoc/>
    public int ItemLength => checked(Inputs.Sum(input => input.ItemLength));

    /// <inheritdoc/>
    public int Width => Inputs.First().Width;

    /// <inheritdoc/>
    public DecodeOptions Decoding =>
        Inputs.First().Decoding with { ShorterSide = Inputs.Max(input => input.Decoding.ShorterSide) };

    /// <inheritdoc/>
    public bool IsOnProcessor => _groups.SelectMany(group => group).Any(member => member.Network.IsOnProcessor);

    // What stands for its group when images are prepared.
    private IEnumerable<IImageInference> Inputs => _groups.Select(group => group[0].Network);

    /// <inheritdoc/>
    public void Write(RgbImage image, Span<float> values)
    {
        foreach (var input in Inputs)
        {
            input.Write(image, values[..input.ItemLength]);
            values = values[input.ItemLength..];
        }
    }

    /// <inheritdoc/>
    public RgbImage Needed(RgbImage image) => _groups.Count == 1 ? Inputs.First().Needed(image) : image.View();

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> items)
    {
        var sums = new double[items.Count / ItemLength * Width];
        var start = 0;
        foreach (var group in _groups)
        {
            var length = group[0].Network.ItemLength;
            OfAllItems(items, start, length, inputs => Array.ForEach(group, member => member.AddTo(sums, inputs)));
            start += length;
        }
        return Array.ConvertAll(sums, sum => (float)sum);
    }

    // The networks of a group want their part of all images without what other groups see between them.
    private void OfAllItems(ArraySegment<float> items, int start, int length, Action<ArraySegment<float>> use)
    {
        if (length == ItemLength)
        {
            use(items);
            return;
        }
        var count = items.Count / ItemLength;
        var inputs = ArrayPool<float>.Shared.Rent(count * length);
        try
        {
            for (var i = 0; i < count; i++)
                items.AsSpan((i * ItemLength) + start, length).CopyTo(inputs.AsSpan(i * length));
            use(new(inputs, 0, count * length));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(inputs);
        }
    }

    /// <summary>One of the networks.</summary>
    /// <param name="Network">It and its views.</param>
    /// <param name="Preprocessing">What is done to each image before; members with an equal one see the same numbers.</param>
    /// <param name="Weight">Its part of the mean; those of all members add up to 1.</param>
    /// <param name="Classes">For each class of the ensemble its place among the classes of this network.</param>
    public sealed record Member(IImageInference Network, Preprocessing Preprocessing, double Weight, IReadOnlyList<int> Classes)
    {
        /// <summary>Adds its part to the sums.</summary>
        public void AddTo(double[] sums, ArraySegment<float> inputs)
        {
            var answers = Network.Run(inputs);
            var width = Classes.Count;
            for (var i = 0; i < sums.Length; i++)
                sums[i] += Weight * answers[(i / width * width) + Classes[i % width]];
        }
    }
}
