using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>How well a model labels a folder of labelled images.</summary>
/// <param name="Images">Images that were scored.</param>
/// <param name="Correct">Images whose most probable label is their folder's name.</param>
/// <param name="TopFive">Images whose label is among the five most probable ones.</param>
/// <param name="LogLoss">Mean of -ln(probability of the right label), in nats.</param>
/// <param name="Seconds">Time for reading and scoring.</param>
/// <param name="Skipped">Images that could not be read, with the reason.</param>
internal sealed record FolderEvaluation(int Images, int Correct, int TopFive, double LogLoss, double Seconds, IReadOnlyList<BadImage> Skipped)
{
    private const double SmallestProbability = 1e-15;

    public double Accuracy => (double)Correct / Images;

    public double TopFiveAccuracy => (double)TopFive / Images;

    /// <param name="mlContext">The context.</param>
    /// <param name="model">A model that takes 'ImagePath' and gives 'Score'.</param>
    /// <param name="folder">One sub-folder a class, named like the model's labels.</param>
    /// <exception cref="InvalidDataException">A class of the folder is unknown to the model, or no image can be read.</exception>
    public static FolderEvaluation Of(MLContext mlContext, ITransformer model, string folder)
    {
        var watch = Stopwatch.StartNew();
        var images = mlContext.Data.LoadImageFolder(folder);
        var labels = images.GetColumn<string>("Label").ToArray();
        var skipped = model.SkipBadImages();
        var scored = model.Transform(images);
        var known = scored.Schema["Score"].SlotNames().Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
        if (labels.Where(label => !known.ContainsKey(label)).Distinct().ToList() is { Count: > 0 } unknown)
        {
            throw new InvalidDataException(
                $"'{folder}': the model knows no class {string.Join(", ", unknown.Select(u => $"'{u}'"))}, only {string.Join(", ", known.Keys.Select(k => $"'{k}'"))}. " +
                "Evaluate with a folder whose sub-folders are named like the model's classes.");
        }

        var (row, count, correct, topFive, loss) = (0, 0, 0, 0, 0.0);
        foreach (var scores in scored.GetColumn<float[]>("Score"))
        {
            var right = scores[known[labels[row++]]];
            if (float.IsNaN(right))
                continue;
            var better = scores.Count(score => score > right);
            (count, correct, topFive) = (count + 1, correct + (better == 0 ? 1 : 0), topFive + (better < 5 ? 1 : 0));
            loss -= Math.Log(Math.Max(right, SmallestProbability));
        }
        if (count == 0)
            throw new InvalidDataException($"'{folder}': none of the {row} images can be read. The first one: {skipped.FirstOrDefault()?.Reason}");
        return new(count, correct, topFive, loss / count, watch.Elapsed.TotalSeconds, skipped);
    }
}
