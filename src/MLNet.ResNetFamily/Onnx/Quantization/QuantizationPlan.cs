namespace MLNet.ResNetFamily;

/// <summary>How a network becomes one of 8 bits.</summary>
/// <param name="Ranges">What was seen of each of its values.</param>
/// <param name="KeepsFirstAndLastLayer">Whether the first and the last layer stay in float32.</param>
internal sealed record QuantizationPlan(ActivationRanges Ranges, bool KeepsFirstAndLastLayer);
