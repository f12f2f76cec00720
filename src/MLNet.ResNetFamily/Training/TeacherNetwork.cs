using System.Security.Cryptography;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>A network of a teacher.</summary>
/// <param name="Network">The network, which stays as it is.</param>
/// <param name="Preprocessing">What it expects of its input.</param>
/// <param name="ClassNames">Name of each of its classes.</param>
/// <param name="Weight">Its part in the mean of the probabilities; those of all networks of the teacher add up to 1.</param>
internal sealed record TeacherNetwork(
    ImageClassifierNetwork Network, Preprocessing Preprocessing, IReadOnlyList<string> ClassNames, double Weight = 1)
{
    /// <summary>The classes of a student that the network knows too.</summary>
    /// <param name="classNames">Name of each class of the student.</param>
    /// <returns>The place of each among the student's classes and among the network's, in the order of the student's.</returns>
    public IReadOnlyList<(int OfStudent, int OfTeacher)> Shared(IReadOnlyList<string> classNames)
    {
        // The first counts where two classes have one name, as in ImageNet.
        var places = ClassNames.Index().DistinctBy(entry => entry.Item).ToDictionary(entry => entry.Item, entry => entry.Index);
        return
        [
            .. classNames.Index().Where(entry => places.ContainsKey(entry.Item)).Select(entry => (entry.Index, places[entry.Item])),
        ];
    }

    /// <summary>What the course of a training depends on, in words; the same for the same network, wherever it lies.</summary>
    public string Describe()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in Network.NamedState())
            TensorHash.Append(hash, tensor);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', ClassNames)));
        return FormattableString.Invariant(
            $"{Network.Backbone.Spec.Name}, {Preprocessing.ImageSize} pixels, mean [{string.Join(", ", Preprocessing.Mean)}], ") +
            FormattableString.Invariant($"deviation [{string.Join(", ", Preprocessing.Std)}], ") +
            $"with the hash {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}";
    }
}
