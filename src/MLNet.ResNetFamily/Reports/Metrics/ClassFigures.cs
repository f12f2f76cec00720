namespace MLNet.ResNetFamily;

/// <summary>How well one class is recognised. Shares are from 0 to 1.</summary>
/// <param name="Index">Number of the class, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Count">Images of this class.</param>
/// <param name="PredictedCount">Images taken for this class.</param>
/// <param name="RightCount">Images of this class taken for it.</param>
internal sealed record ClassFigures(int Index, string Name, int Count, int PredictedCount, int RightCount)
{
    /// <summary>Share of the images taken for this class that show it; 0 when none was.</summary>
    public double Precision => PredictedCount == 0 ? 0 : (double)RightCount / PredictedCount;

    /// <summary>Share of the images of this class that were taken for it; 0 without images.</summary>
    public double Recall => Count == 0 ? 0 : (double)RightCount / Count;

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Count + PredictedCount == 0 ? 0 : 2.0 * RightCount / (Count + PredictedCount);
}
