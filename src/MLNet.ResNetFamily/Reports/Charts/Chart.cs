namespace MLNet.ResNetFamily;

/// <summary>A plot as data: named axes and series. <see cref="SvgChart"/> draws it.</summary>
/// <param name="Title">What the plot shows.</param>
/// <param name="XAxis">Name of the horizontal axis, with its unit.</param>
/// <param name="YAxis">Name of the vertical axis, with its unit.</param>
/// <param name="Series">What is drawn, in this order.</param>
internal sealed record Chart(string Title, string XAxis, string YAxis, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>
    /// Width and height in units of which a letter takes twelve; small, so that letters can be read, where several plots stand side by
    /// side.
    /// </summary>
    public (int Width, int Height) Size { get; init; } = (680, 400);

    /// <summary>What the plot shows, for those who do not see it; null for its title.</summary>
    public string? Description { get; init; }

    /// <summary>Names of the places 0, 1, 2 ... of the horizontal axis; null for an axis of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values of 0 or less are then left out.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether the vertical axis reaches 0, as it does with bars.</summary>
    public bool StartsAtZero { get; init; }

    /// <summary>Smallest and largest value of the horizontal axis; null for what the points need.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>Smallest and largest value of the vertical axis; null for what the points need.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>A dashed horizontal line to compare with, and what it is; null for none.</summary>
    public (double Y, string Name)? Reference { get; init; }
}
