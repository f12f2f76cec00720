namespace MLNet.ResNetFamily;

/// <summary>A column that a featurizer gives of one stage of its backbone.</summary>
/// <param name="ColumnName">Name of the column.</param>
/// <param name="Stage">Name of the stage: one of <see cref="BackboneSpec.Stages"/>.</param>
/// <param name="IsPooled">
/// Whether the column holds the means of the maps over all positions, a vector of C values (true, the default), or the maps themselves, a
/// vector of dimensions [C, H, W], which its type says.
/// </param>
public sealed record StageColumn(string ColumnName, string Stage, bool IsPooled = true);
