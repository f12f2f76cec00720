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
            FineTune = $"{recipe.FineTune}", recipe.LearningRate, Augmentation = $"{recipe.Augmentation}", value.Epochs, value.Accuracy,
            value.Loss, value.Seconds,
        });
        Results.Note(
            $"round {value.Rung}, recipe {value.Candidate}: {recipe}: {value.Epochs} epochs, " +
            $"{(value.Accuracy is null ? "no result" : $"validation accuracy {value.Accuracy:P1}")}, {value.Seconds:F1} s");
    }

    public void Report(TrainingStepProgress value)
    {
        if (_line is not null)
            (_bar ??= new(_line)).Show(value);
    }
}
