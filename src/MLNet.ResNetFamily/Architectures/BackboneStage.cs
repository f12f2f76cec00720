namespace MLNet.ResNetFamily;

/// <summary>A part of a backbone, after which its maps can be taken: a row of <see cref="BackboneSpec.Stages"/>.</summary>
/// <param name="Name">Name of the stage, such as "layer3".</param>
/// <param name="Shape">Channels, height and width of its maps, for one image.</param>
/// <param name="Reduction">
/// How many pixels of an image one position of the maps stands for in each direction, at the backbone's default image size; a power of 2.
/// </param>
public sealed record BackboneStage(string Name, IReadOnlyList<int> Shape, int Reduction)
{
    /// <summary>Number of channels of the maps.</summary>
    public int Channels => Shape[0];
}
