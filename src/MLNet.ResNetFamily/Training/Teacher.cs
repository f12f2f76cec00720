namespace MLNet.ResNetFamily;

/// <summary>A trained classifier that another one learns from.</summary>
/// <param name="Networks">Its network, or those of an ensemble, of the same classes in any order.</param>
/// <param name="IsMultiLabel">Whether an image may show several classes.</param>
internal sealed record Teacher(IReadOnlyList<TeacherNetwork> Networks, bool IsMultiLabel = false)
{
    /// <summary>A teacher of one network.</summary>
    public Teacher(ImageClassifierNetwork network, Preprocessing preprocessing, IReadOnlyList<string> classNames)
        : this([new(network, preprocessing, classNames)])
    {
    }

    /// <summary>What the course of a training depends on, in words; the same for the same teacher, wherever it lies.</summary>
    public string Describe() => Networks is [var only]
        ? only.Describe()
        : string.Join("; ", Networks.Select(network => FormattableString.Invariant($"{network.Weight} of {network.Describe()}")));
}
