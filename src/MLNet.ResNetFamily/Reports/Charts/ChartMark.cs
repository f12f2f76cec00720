namespace MLNet.ResNetFamily;

/// <summary>How the points of a series are drawn.</summary>
internal enum ChartMark
{
    /// <summary>A line through the points, with their spread as a band where it is known.</summary>
    Line,

    /// <summary>A line alone, to compare with.</summary>
    Guide,

    /// <summary>Symbols.</summary>
    Points,

    /// <summary>Bars from 0, or from the axis where it does not reach 0.</summary>
    Bars,
}
