using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>What the table of a search depends on, in words, so that the folder of another search can be told.</summary>
internal static class SearchSettings
{
    /// <param name="options">The options of the search.</param>
    /// <param name="data">Its images.</param>
    public static string Of(RecipeSearch.Options options, IDataView data)
    {
        var fewest = options.FirstEpochs is { } first ? $"from {first} " : "";
        var budget = options.EpochBudget is { } epochs
            ? $"{epochs} epochs"
            : FormattableString.Invariant($"{options.Budget.TotalSeconds:R} seconds, {fewest}to {options.MaxEpochs} epochs");
        var kinds = string.Join(", ", options.FineTuneKinds);
        var strengths = string.Join(", ", options.Augmentations);
        var validation = options.Common.ValidationSet is { } images ? $", validated by {Images(options.Common, images)}" : "";
        var rates = FormattableString.Invariant($"{options.LearningRateFactors.Low:R} to {options.LearningRateFactors.High:R}");
        return
            $"{budget}, {options.CandidateCount} candidates of {string.Join(", ", options.EffectiveStarts)} by {kinds} with {strengths}, " +
            $"learning rates {rates}, seed {options.Seed}, {Images(options.Common, data)}{validation}, " +
            $"{(options.EffectiveRefit ? "at last all of them, " : "")}" +
            $"{(options.EnsembleSize > 1 ? $"ensemble of {options.EnsembleSize}, " : "")}options {Hash(Words(options.Common))}";
    }

    private static IEnumerable<string> Words(ImageClassifierTrainer.Options common) =>
        TrainingFingerprint.OptionWords(common).Select(word => $"{word.Key}: {word.Value}");

    private static string Images(ImageClassifierTrainer.Options common, IDataView data)
    {
        var label = data.Schema.GetColumnOrNull(common.LabelColumnName)
            ?? throw ImageColumn.MissingColumn(
                common.LabelColumnName, data.Schema.Select(column => column.Name), nameof(ImageClassifierTrainer.Options.LabelColumnName));
        var image = data.Schema[ImageColumn.Find(data, common.ImageColumnName, common.Backbone.InputChannels).Index];
        // Images that are no files are told by their labels and their number.
        var texts = new[] { label, image }.Where(column => column.Type is TextDataViewType)
            .Select(column => data.GetColumn<string>(column).ToList()).ToList();
        var rows = texts.Count == 0 ? data.GetRowCount() : texts[0].Count;
        return $"{rows} images with the hash {Hash(texts.SelectMany(values => values))}";
    }

    private static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(texts))).AsSpan(0, 8));
}
