namespace MLNet.ResNetFamily;

/// <summary>
/// Collects the images that cannot be read, each as soon as it is reported: <see cref="Progress{T}"/> reports later, on another thread,
/// but the list must be complete when the scores are.
/// </summary>
internal sealed class BadImageList : List<BadImage>, IProgress<BadImage>
{
    public void Report(BadImage value) => Add(value);
}
