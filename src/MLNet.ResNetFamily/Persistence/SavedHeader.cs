using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>What a saved model says about itself before its weights.</summary>
internal abstract record SavedHeader
{
    /// <summary>
    /// Version of the format. A change of what is written raises it, so that older libraries refuse what they would misread. 2: with a
    /// history and scoring by views. 3: with an image column that finds itself and labels as text. 4: with scrambled weights. 5: with an
    /// EXIF orientation. 6: with thresholds, for classifiers that may give an image several labels. A model is written in the lowest format
    /// from 4 on that has what it needs.
    /// </summary>
    public const int CurrentFormat = 6;

    /// <summary>The first format whose weights are in a <see cref="ScrambledStream"/>.</summary>
    public const int FirstScrambledFormat = 4;

    private readonly int? _format;

    public int Format
    {
        get => _format ?? NeededFormat;
        init => _format = value;
    }

    public required BackboneSpec Backbone { get; init; }

    public required Preprocessing Preprocessing { get; init; }

    /// <summary>Null, from format 3 on, for the column that is found by itself.</summary>
    public required string? ImageColumnName { get; init; }

    public const string Float32 = "float32";
    public const string Int8 = "int8";

    /// <summary>Type of the weights and of the computation: <see cref="Float32"/>, or <see cref="Int8"/> for a quantized network.</summary>
    public string Precision { get; init; } = Float32;

    /// <summary>Refuses values that no model was saved with.</summary>
    /// <exception cref="JsonException">The precision, or a stage, cannot be.</exception>
    /// <exception cref="ArgumentException">The backbone or the preprocessing cannot be.</exception>
    public virtual void Validate()
    {
        if (Precision is not (Float32 or Int8))
            throw new JsonException($"its precision is '{Precision}', but it must be '{Float32}' or '{Int8}'");
        Backbone.Validate();
        Preprocessing.Validate();
    }

    [JsonRequired]
    public int BatchSize { get; init; }

    [JsonRequired]
    public OnBadImage OnBadImage { get; init; }

    [JsonRequired]
    public long MaxPixels { get; init; }

    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>The lowest format that has what the model needs.</summary>
    protected virtual int NeededFormat =>
        Preprocessing.AppliesExifOrientation || Backbone.Preprocessing.AppliesExifOrientation ? 5 : FirstScrambledFormat;

    /// <summary>Of the scoring options, those that do not depend on the machine. They are saved one by one.</summary>
    [JsonIgnore]
    public virtual ScoringOptions Scoring
    {
        get => new() { BatchSize = BatchSize, OnBadImage = OnBadImage, MaxPixels = MaxPixels, TestTimeAugmentation = TestTimeAugmentation };
        init => (BatchSize, OnBadImage, MaxPixels, TestTimeAugmentation) =
            (value.BatchSize, value.OnBadImage, value.MaxPixels, value.TestTimeAugmentation);
    }
}
