using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>The header of a saved featurizer.</summary>
internal sealed record FeaturizerHeader : SavedHeader
{
    public required string OutputColumnName { get; init; }

    /// <summary>What is taken of the backbone's stages in place of its features; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StageOutput>? Stages { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Stages is not null
            && (Stages.Count == 0 || Stages.Any(stage => stage is not { Name: not null, Stage: not null, Shape.Count: 1 or 3 })
                || Stages.Any(stage => stage.Shape.Any(side => side < 1))))
            throw new JsonException("its stages must each have a name and a shape of one or three sides above 0");
    }
}
