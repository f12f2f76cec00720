using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily.Golden;

// The numbers of one file of golden values; ../shared/golden/README.md describes the fields. Any of them may be missing.
internal record GoldenNumbers
{
    public string? Suffix { get; init; }
    public long[]? InputShape { get; init; }
    public int? NumClasses { get; init; }
    public string? StateDictSha256 { get; init; }
    public string? InputSha256 { get; init; }
    public double? Float32MaxAbsErrorOfReference { get; init; }
    public double? SmallestTop1Top2Gap { get; init; }
    public GoldenScores[]? Eval { get; init; }
    public GoldenVector[]? Pooled { get; init; }
    public GoldenTraining? Train { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; init; }
}

internal sealed record GoldenFile : GoldenNumbers
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string? Arch { get; init; }
    public string? Reference { get; init; }
    public string? FillRule { get; init; }
    public double[]? BnEps { get; init; }
    public double[]? BnMomentum { get; init; }
    public long? Parameters { get; init; }

    [JsonPropertyName("macs_batch1")]
    public long? MultiplyAdds { get; init; }

    public string? ResidualEndRegex { get; init; }

    [JsonPropertyName("state_dict")]
    public JsonElement[][]? StateDictRows { get; init; }

    [JsonIgnore]
    public IReadOnlyList<GoldenTensor>? StateDict => StateDictRows?.Select(row => new GoldenTensor(
        row[0].GetString()!, [.. row[1].EnumerateArray().Select(size => size.GetInt64())], row[2].GetString()!,
        row[3].GetString()![0])).ToList();

    // The same network filled from other seeds: objects of their own that name a suffix, wherever the file keeps them.
    [JsonIgnore]
    public IEnumerable<GoldenNumbers> OtherSeeds =>
        from other in Others ?? []
        from element in other.Value.ValueKind == JsonValueKind.Array ? other.Value.EnumerateArray().ToArray() : [other.Value]
        where element.ValueKind == JsonValueKind.Object && element.TryGetProperty("suffix", out _)
        select element.Deserialize<GoldenNumbers>(Options)!;

    public static GoldenFile Read(string path)
    {
        var file = JsonSerializer.Deserialize<GoldenFile>(File.ReadAllText(path), Options)
            ?? throw new InvalidDataException($"'{path}' holds no golden values, but 'null'.");
        if (file.FillRule is not (null or "golden-fill v1"))
            throw new InvalidDataException($"'{path}' is filled by the rule '{file.FillRule}'; only 'golden-fill v1' is known.");
        return file with { Arch = file.Arch ?? Path.GetFileNameWithoutExtension(path) };
    }
}

internal sealed record GoldenTensor(string Name, long[] Shape, string Type, char Kind);

internal sealed record GoldenScores(
    double? Sum, double? L2, int? Argmax, int[]? Top5, double[]? Logits,
    [property: JsonPropertyName("logits_first100")] double[]? LogitsFirst100);

internal sealed record GoldenVector(int? Dim, [property: JsonPropertyName("first16")] double[]? First16, double? L2);

internal sealed record GoldenTraining
{
    public string? Suffix { get; init; }
    public long[]? InputShape { get; init; }
    public long[]? Labels { get; init; }
    public double[]? TrainLogitsL2 { get; init; }

    [JsonPropertyName("train_logits_first8")]
    public double[][]? TrainLogitsFirst8 { get; init; }

    public double[]? LossBeforeEachStep { get; init; }
    public double[]? Float32RelativeErrorOfEachLoss { get; init; }
    public GoldenSmallRate? SmallLr { get; init; }

    [JsonPropertyName("grad_l2_at_step0")]
    public JsonElement[][]? GradL2AtStep0 { get; init; }

    public double? Float32WorstRelativeErrorOfGradL2 { get; init; }
    public Dictionary<string, GoldenBuffers>? BatchnormBuffersAfterFirstForward { get; init; }
}

internal sealed record GoldenSmallRate(double Lr, double[] LossBeforeEachStep, double[]? Float32RelativeErrorOfEachLoss);

internal sealed record GoldenBuffers(
    [property: JsonPropertyName("running_mean_first8")] double[]? RunningMeanFirst8,
    [property: JsonPropertyName("running_var_first8")] double[]? RunningVarFirst8, long? NumBatchesTracked);
