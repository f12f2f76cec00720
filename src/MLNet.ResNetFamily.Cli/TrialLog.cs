namespace MLNet.ResNetFamily.Cli;

/// <summary>Tells of every training of a search: a line of JSON or of text, and a bar where a person watches.</summary>
internal sealed class TrialLog(Results results) : IProgress<RecipeTrial>, IProgress<TrainingStepProgress>
{
    private readonly ProgressLine? _line = ProgressLine.For(results);
    private TrainingBar? _bar;

    public void Report(RecipeTrial value)
    {
        _line?.Erase();
        var recipe = value.Recipe;
        results.Json(new
        {
            Event = "trial", value.Rung, value.Candidate, Backbone = recipe.Start.Backbone.Name, recipe.Start.Weights,
            FineTune = $"{recipe.FineTune}", recipe.FreezeBatchNorm, recipe.LayerDecay, recipe.LearningRate,
            Augmentation = $"{recipe.Augmentation}", value.Epochs, value.Accuracy, value.Loss, value.Seconds, value.OnAllImages,
        });
        Results.Note(
            $"round {value.Rung}, recipe {value.Candidate}: {recipe}: {value.Epochs} epochs, " +
            $"{Outcome(value)}, {value.Seconds:F1} s");
    }

    private static string Outcome(RecipeTrial trial) => trial switch
    {
        { Accuracy: { } accuracy } => $"validation accuracy {accuracy:P1}",
        { OnAllImages: true, Epochs: > 0 } => "on all images",
        _ => "no result",
    };

    public void Report(TrainingStepProgress value)
    {
        if (_line is not null)
            (_bar ??= new(_line)).Show(value);
    }
}
