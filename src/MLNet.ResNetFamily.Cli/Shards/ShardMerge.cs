namespace MLNet.ResNetFamily.Cli;

/// <summary>Joins the files of all shards in the order of the input.</summary>
internal static class ShardMerge
{
    /// <summary>Writes the result, and measures it where there are labels.</summary>
    /// <param name="shards">The shards' files, in any order.</param>
    /// <param name="path">The result.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="InvalidDataException">
    /// Shards are missing, unfinished or there twice, do not belong together, or are damaged.
    /// </exception>
    public static MergedShards Write(IReadOnlyList<string> shards, string path, ResultFormat format)
    {
        var readers = new List<ShardReader>();
        try
        {
            foreach (var shard in shards)
                readers.Add(new(shard));
            Check(readers);
            readers.Sort((a, b) => a.Header.Shard.CompareTo(b.Header.Shard));
            return Write(readers, path, format);
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private static MergedShards Write(List<ShardReader> shards, string path, ResultFormat format)
    {
        var header = shards[0].Header;
        var skipped = new List<BadImage>();
        var isMeasured = header.Command == EvaluateCommand.Name;
        var scores = new List<LabeledScore>();
        var (labelRows, labelScores) = (new List<long>(), new MultiLabelScores(header.Classes.Count));
        var numbers = header.Classes.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
        var total = shards[0].End!.Total;
        AtomicFile.Write(path, stream =>
        {
            using var writer = format.Open(stream, ResultColumn.Of(header));
            for (var row = 0L; row < total; row++)
            {
                var image = shards[(int)(row / header.BatchSize % shards.Count)].Next(row);
                writer.Write(image);
                if (image.Error is not null)
                    skipped.Add(new(image.Path, image.Error));
                else if (header.LabelSeparator is { } separator)
                {
                    labelRows.Add(row);
                    labelScores.Add([.. image.Scores!], ImageManifest.LabelsIn(image.Label!, separator).Select(label => numbers[label]));
                }
                else if (isMeasured)
                    scores.Add(Score(image, numbers));
            }
            if (isMeasured && skipped.Count == total)
            {
                throw new InvalidDataException(
                    $"None of the {total} images can be read. The first one: {skipped.FirstOrDefault()?.Reason ?? "there is none"}");
            }
            writer.Finish();
        });
        var seconds = shards.Sum(shard => shard.End!.Seconds);
        return new(
            path, total, skipped, seconds,
            isMeasured && header.LabelSeparator is null ? new(header.Classes, scores, skipped, seconds) : null,
            header.LabelSeparator is null
                ? null
                : new(new(labelRows, labelScores), labelScores.Metrics(header.Classes, header.Thresholds!), skipped, seconds));
    }

    private static LabeledScore Score(ScoredImage image, Dictionary<string, int> numbers) => new(
        image.Row, numbers[image.Label!], numbers[image.Predicted!], image.Confidence!.Value, image.LabelProbability!.Value,
        image.LabelRank!.Value);

    private static void Check(List<ShardReader> shards)
    {
        var first = shards[0];
        var count = first.Header.Shards;
        var faults = new List<string>();
        foreach (var shard in shards)
        {
            if (first.Header.DifferenceTo(shard.Header) is { } difference)
                faults.Add($"'{shard.Path}' was scored with another {difference} than '{first.Path}'");
            else if (shard.End is null)
                faults.Add($"'{shard.Path}' (shard {shard.Header.Shard}) is unfinished: score it again, and it continues");
        }
        var numbers = shards.ToLookup(shard => shard.Header.Shard, shard => shard.Path);
        faults.AddRange(numbers.Where(paths => paths.Count() > 1)
            .Select(paths => $"shard {paths.Key} is there more than once: {ListText.Quoted(paths)}"));
        string[] missing = [.. Enumerable.Range(1, count).Where(number => !numbers.Contains(number)).Select(number => $"{number}/{count}")];
        if (missing.Length > 0)
            faults.Add($"of {count} shards {ListText.Quoted(missing)} {(missing.Length == 1 ? "is" : "are")} missing");
        var ended = shards.Where(shard => shard.End is not null).ToList();
        faults.AddRange(ended.Where(shard => (shard.End!.Total, shard.End.Names) != (ended[0].End!.Total, ended[0].End!.Names))
            .Select(shard =>
                $"'{shard.Path}' saw other images than '{ended[0].Path}' ({shard.End!.Total} and {ended[0].End!.Total} in all): " +
                "the input changed between them"));
        if (faults.Count > 0)
            throw new InvalidDataException($"These shards cannot be merged:\n- {string.Join("\n- ", faults)}");
    }
}
