using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>What this library writes into the metadata of its .safetensors and .onnx files, and finds there again.</summary>
internal static class WeightMetadata
{
    private const string PreprocessingKey = "preprocessing";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Dictionary<string, string> Of(BackboneSpec backbone, IReadOnlyList<string>? classNames, Preprocessing preprocessing)
    {
        var metadata = new Dictionary<string, string>
        {
            ["backbone"] = backbone.Name,
            [PreprocessingKey] = JsonSerializer.Serialize(Row.From(preprocessing), Json),
        };
        if (classNames is not null)
            metadata["classes"] = JsonSerializer.Serialize(classNames);
        return metadata;
    }

    /// <summary>How the images of a file's network are prepared; null where the file does not say.</summary>
    /// <exception cref="InvalidDataException">The file says something impossible.</exception>
    public static Preprocessing? Preprocessing(WeightFile file)
    {
        if (file is PthFile or ShardedFile || !file.Metadata.TryGetValue(PreprocessingKey, out var text))
            return null;
        try
        {
            var preprocessing = JsonSerializer.Deserialize<Row>(text, Json)!.ToPreprocessing();
            preprocessing.Validate();
            return preprocessing;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"'{file.Path}': its metadata '{PreprocessingKey}' cannot be used: {error.Message}", error);
        }
    }

    private sealed record Row(int ImageSize, int ResizeSize, string Interpolation, float[] Mean, float[] Std)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool ExifOrientation { get; init; }

        public static Row From(Preprocessing value) =>
            new(value.ImageSize, value.ResizeSize, value.Interpolation.ToString().ToLowerInvariant(), [.. value.Mean], [.. value.Std])
            {
                ExifOrientation = value.AppliesExifOrientation,
            };

        public Preprocessing ToPreprocessing() => new()
        {
            ImageSize = ImageSize,
            ResizeSize = ResizeSize,
            Interpolation = Enum.Parse<Interpolation>(Interpolation, ignoreCase: true),
            Mean = Mean,
            Std = Std,
            AppliesExifOrientation = ExifOrientation,
        };
    }
}
