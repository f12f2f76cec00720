using System.Diagnostics;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Scores images into a file: those of one shard into the shard's, all of them into the whole result.</summary>
internal static class ShardScoring
{
    /// <summary>Scores what is still to be scored.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="header">What of; the shard's number and count are those of <paramref name="output"/>.</param>
    /// <param name="images">The whole input, listed once.</param>
    /// <param name="scoring">How.</param>
    /// <param name="results">Shows how far it is.</param>
    /// <param name="cancellation">Ends it early; what is scored by then stays in the file.</param>
    /// <returns>The merged results; null where one shard of several was scored.</returns>
    public static MergedShards? Run(
        ScoringOutput output, ShardHeader header, IEnumerable<InputImage> images, ImageScoring scoring, Results results,
        CancellationToken cancellation)
    {
        var shard = output.Shard ?? Shard.Whole;
        var path = shard.FileFor(output.Path);
        var (rows, skipped, seconds) = Score(path, header, shard, images, scoring, results, cancellation);
        if (output.Shard is null)
        {
            var merged = ShardMerge.Write([path], output.Path, output.Format);
            File.Delete(path);
            return merged;
        }
        results.Json(new { Path = path, Shard = shard.Number, Shards = shard.Count, Rows = rows, Skipped = skipped, Seconds = seconds });
        results.Text($"Shard {shard}: {rows:N0} images in '{path}', {seconds:F1} s");
        if (skipped > 0)
            Results.Note($"{skipped:N0} of them could not be read; their lines say why.");
        return null;
    }

    private static (long Rows, long Skipped, double Seconds) Score(
        string path, ShardHeader header, Shard shard, IEnumerable<InputImage> images, ImageScoring scoring, Results results,
        CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var file = ShardFile.Open(path, header);
        if (file.Kept > 0)
            Results.Note($"'{path}': {file.Kept:N0} images are scored already; the rest follows.");
        using var bar = new ScoringBar(results, cancellation);
        var input = new InputHash();
        var missing = input.Number(images).Where(image => shard.Holds(image.Row, scoring.BatchSize) && !file.Has(image));
        foreach (var image in scoring.Score(missing))
        {
            file.Append(image);
            bar.Show(file.Rows);
        }
        file.Finish(input, watch.Elapsed.TotalSeconds);
        return (file.Rows, file.Skipped, watch.Elapsed.TotalSeconds);
    }
}
