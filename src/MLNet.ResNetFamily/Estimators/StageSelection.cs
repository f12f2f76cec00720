namespace MLNet.ResNetFamily;

/// <summary>The columns that are taken of a backbone's stages: their check, and what the network gives for them.</summary>
internal static class StageSelection
{
    private const string Option = "StageColumns";

    /// <exception cref="ArgumentException">A column or a stage cannot be, or cannot be scored like this.</exception>
    public static void Validate(IReadOnlyList<StageColumn> columns, BackboneSpec backbone, ScoringOptions scoring)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
            return;
        CheckViews(columns, scoring);
        var stages = backbone.Stages();
        foreach (var column in columns)
        {
            if (string.IsNullOrWhiteSpace(column?.ColumnName) || column.ColumnName == OnnxModel.InputName)
            {
                throw new ArgumentException(
                    $"Option '{Option}' names a column '{column?.ColumnName}', but a name must not be blank, nor " +
                    $"'{OnnxModel.InputName}', as the input of ONNX files is called. Choose another.", Option);
            }
            if (stages.All(stage => stage.Name != column.Stage))
            {
                throw new ArgumentException(
                    $"Option '{Option}' names the stage '{column.Stage}', which '{backbone.Name}' does not have. Its stages: " +
                    $"{string.Join(", ", stages.Select(stage => $"{stage.Name} ({stage.Channels} channels)"))}.", Option);
            }
        }
        if (columns.GroupBy(column => column.ColumnName).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Option '{Option}' names the column '{twice.Key}' {twice.Count()} times. Give each stage a column of its own.", Option);
        }
    }

    /// <summary>What is taken of the stages for images of a size.</summary>
    public static IReadOnlyList<StageOutput> Outputs(IReadOnlyList<StageColumn> columns, Backbone backbone, int imageSize)
    {
        if (columns.Count == 0)
            return [];
        var shapes = backbone.StageShapes(imageSize).ToDictionary(stage => stage.Name, stage => stage.Shape);
        return
        [
            .. columns.Select(column => new StageOutput(
                column.ColumnName, column.Stage, column.IsPooled ? shapes[column.Stage][..1] : shapes[column.Stage])),
        ];
    }

    /// <exception cref="ArgumentException">The mean over views is asked for, which maps do not have.</exception>
    public static void CheckViews(IEnumerable<StageColumn> columns, ScoringOptions scoring)
    {
        if (scoring.TestTimeAugmentation != TestTimeAugmentation.None && columns.FirstOrDefault(column => !column.IsPooled) is { } maps)
        {
            throw new ArgumentException(
                $"Scoring option 'TestTimeAugmentation' is {scoring.TestTimeAugmentation}, but column '{maps.ColumnName}' holds the maps " +
                $"of stage '{maps.Stage}' unpooled, and those of several views do not lie on each other. Set it to None, or pool the " +
                "column.",
                nameof(scoring));
        }
    }

    /// <exception cref="ArgumentException">No array holds the maps of a batch.</exception>
    public static void CheckBatch(IReadOnlyList<StageOutput> outputs, ScoringOptions scoring)
    {
        var width = outputs.Sum(output => (long)output.Width);
        if (width * scoring.BatchSize > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Scoring option 'BatchSize' is {scoring.BatchSize}, but the columns of stages take {width:N0} numbers for each image. " +
                $"Set it to at most {Math.Max(1, Array.MaxLength / width)}, or pool columns.", nameof(scoring));
        }
    }
}
