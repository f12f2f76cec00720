namespace MLNet.ResNetFamily;

/// <summary>One layer of a network, as <see cref="NetworkSummary"/> lists it.</summary>
/// <param name="Name">Key of the layer's weights in published checkpoints, without ".weight".</param>
/// <param name="Type">Kind of layer, such as "Conv2d".</param>
/// <param name="OutputShape">Shape of the output for one image, batch dimension first.</param>
/// <param name="Parameters">Number of trained values.</param>
/// <param name="MultiplyAdds">Multiplications with an addition for one image; 0 for layers other than convolutions and linear ones.</param>
public sealed record LayerSummary(string Name, string Type, IReadOnlyList<long> OutputShape, long Parameters, long MultiplyAdds);
