using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>Everything that the course of a training depends on, in words, so that a checkpoint of another training can be told.</summary>
internal static class RecipeFingerprint
{
    private static readonly JsonSerializerOptions Json = new()
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Each option that matters under its name, the network, and the images.</summary>
    public static IReadOnlyDictionary<string, string> Of(
        TrainingRecipe recipe, BackboneSpec spec, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation)
    {
        var words = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in recipe.GetType().GetProperties())
        {
            if (!recipe.IndifferentOptions.Contains(property.Name))
                words[$"option '{property.Name}'"] = Text(property.GetValue(recipe));
        }
        words["option 'Seed'"] = Text(recipe.EffectiveSeed);
        words["the backbone"] = Text(spec);
        words["the preprocessing"] = Text(preprocessing);
        words["the classes"] = Text(train.ClassNames.Count > 0 ? train.ClassNames : train.ClassCount);
        words["the training images"] = Describe(train);
        words["the validation images"] = validation is null ? "none" : Describe(validation);
        return words;
    }

    /// <summary>Refuses a checkpoint of another training.</summary>
    /// <exception cref="ArgumentException">Something differs; the message says what.</exception>
    public static void RequireSame(string path, IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> wanted)
    {
        var differences = found.Keys.Union(wanted.Keys)
            .Where(key => found.GetValueOrDefault(key) != wanted.GetValueOrDefault(key))
            .Select(key => $"{key} was {found.GetValueOrDefault(key) ?? "unknown"} and is {wanted.GetValueOrDefault(key) ?? "unknown"}")
            .ToList();
        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"'{path}' is a checkpoint of another training: {Misfits.Text(differences)}. Resume with the recipe and the data of the checkpoint, or choose another 'CheckpointDirectory'.");
        }
    }

    private static string Text(object? value) => value is null ? "null" : JsonSerializer.Serialize(value, value.GetType(), Json);

    private static string Describe(TrainingImages images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (item, label) in images.Items.Zip(images.Labels))
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([label, item.Origin.Length]));
            hash.AppendData(Encoding.UTF8.GetBytes(item.Origin));
            // A file is known by its path; what is in memory by its content.
            hash.AppendData(item switch { EncodedImage encoded => encoded.Bytes, DecodedImage decoded => decoded.Image.PixelSpan, _ => [] });
        }
        return FormattableString.Invariant($"{images.Items.Count} with the hash {Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}");
    }
}
