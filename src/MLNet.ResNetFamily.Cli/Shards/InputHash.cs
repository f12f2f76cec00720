using System.IO.Hashing;
using System.Text;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Counts the images of an input while they are listed, and hashes their paths and labels.</summary>
internal sealed class InputHash
{
    private readonly XxHash128 _hash = new();

    public long Count { get; private set; }

    public string Value => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Numbers images as they pass by.</summary>
    public IEnumerable<(long Row, InputImage Image)> Number(IEnumerable<InputImage> images)
    {
        foreach (var image in images)
        {
            // Neither a path nor a label has a character 0.
            _hash.Append(Encoding.UTF8.GetBytes($"{image.Path}\0{image.Label}\0"));
            yield return (Count++, image);
        }
    }
}
