namespace MLNet.ResNetFamily;

/// <summary>What a network costs.</summary>
/// <param name="Parameters">Number of trained values.</param>
/// <param name="MultiplyAdds">Multiply-adds of all convolutions and linear layers for one image.</param>
public sealed record NetworkCost(long Parameters, long MultiplyAdds);
