using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// What features depend on besides the images: the backbone, its weights, what is done to an image before, and the precision.
/// </summary>
internal static class FeatureKey
{
    // A change of how features are computed raises it.
    private const int Format = 1;

    /// <summary>A name that any change of these changes.</summary>
    /// <returns>32 hexadecimal digits.</returns>
    public static string Of(Backbone backbone, Preprocessing preprocessing, Precision precision, long maxPixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The lists of a spec, its depths for instance, show in the shapes of the weights; a record writes the rest of it.
        Append(string.Create(
            CultureInfo.InvariantCulture,
            $"{Format} {backbone.Spec} {precision} {maxPixels} " +
            $"{preprocessing.ImageSize} {preprocessing.ResizeSize} {preprocessing.Interpolation}"));
        Append(Join(preprocessing.Mean));
        Append(Join(preprocessing.Std));
        if (preprocessing.AppliesExifOrientation)
            Append(nameof(preprocessing.AppliesExifOrientation));
        foreach (var (key, tensor) in backbone.NamedState())
        {
            Append($"{key} [{string.Join(", ", tensor.shape)}]");
            TensorHash.Append(hash, tensor);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));

        void Append(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(MemoryMarshal.AsBytes<int>([bytes.Length]));
            hash.AppendData(bytes);
        }
    }

    private static string Join(IEnumerable<float> values) =>
        string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
