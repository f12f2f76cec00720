namespace MLNet.ResNetFamily;

/// <summary>The network's answers for a run of rows, in the order of the rows.</summary>
/// <param name="FirstRow">Number of the first row.</param>
/// <param name="RowCount">Rows answered.</param>
/// <param name="Values">The answers one after the other, all of one width; NaN for images that could not be read.</param>
/// <param name="Bad">The images that could not be read, by row.</param>
internal sealed record ScoredBatch(long FirstRow, int RowCount, float[] Values, IReadOnlyDictionary<long, BadImage> Bad)
{
    public bool Contains(long row) => row >= FirstRow && row < FirstRow + RowCount;

    public ReadOnlySpan<float> Row(long row)
    {
        var width = Values.Length / RowCount;
        return Values.AsSpan((int)(row - FirstRow) * width, width);
    }
}
