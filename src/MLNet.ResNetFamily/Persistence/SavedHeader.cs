namespace MLNet.ResNetFamily;

/// <summary>What a saved model says about itself before its weights.</summary>
internal abstract record SavedHeader
{
    /// <summary>Version of the format. A change of what is written raises it, so that older libraries refuse what they would misread. 2: with a history and scoring by views.</summary>
    public const int CurrentFormat = 2;

    public int Format { get; init; } = CurrentFormat;

    public required BackboneSpec Backbone { get; init; }

    public required Preprocessing Preprocessing { get; init; }

    public required string ImageColumnName { get; init; }

    /// <summary>Type of the weights and of the computation.</summary>
    public string Precision { get; init; } = "float32";

    // Of the scoring options, those that do not depend on the machine.
    public required int BatchSize { get; init; }

    public required OnBadImage OnBadImage { get; init; }

    public required long MaxPixels { get; init; }

    public TestTimeAugmentation TestTimeAugmentation { get; init; }
}
