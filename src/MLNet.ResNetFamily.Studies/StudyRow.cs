namespace MLNet.ResNetFamily;

/// <summary>One measurement of a study, a row of its results.csv.</summary>
/// <param name="Series">What was measured, for example "one block removed".</param>
/// <param name="Name">Which case of it, for example the block "layer1.3" or the form "identity".</param>
/// <param name="X">Place on the horizontal axis, in the unit that the study's plot names.</param>
/// <param name="Draw">Number of the repetition with other random choices, from 0.</param>
/// <param name="Value">The measured value, in the unit that the study's plot names.</param>
public sealed record StudyRow(string Series, string Name, double X, int Draw, double Value);
