using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace MLNet.ResNetFamily.Cli;

/// <summary>A column of results as a table.</summary>
/// <param name="name">Its name.</param>
internal abstract class ResultColumn(string name)
{
    public string Name => name;

    /// <summary>As Parquet has it.</summary>
    public abstract DataField Field { get; }

    /// <summary>The columns of a command's results.</summary>
    public static IReadOnlyList<ResultColumn> Of(ShardHeader header) =>
    [
        new NumberColumn<long>("row", image => image.Row), new TextColumn("path", image => image.Path),
        new NumberColumn<long>("bytes", image => image.Bytes),
        .. header.Command != EvaluateCommand.Name ? Predicted(header.Top)
            : header.LabelSeparator is null ? Measured() : MeasuredLabels(header.Classes),
        new TextColumn("error", image => image.Error),
    ];

    /// <summary>As text; empty for a missing value.</summary>
    public abstract string Text(ScoredImage image);

    /// <summary>Writes the column of a group of rows.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<ScoredImage> images);

    private static IEnumerable<ResultColumn> Measured() =>
    [
        new TextColumn("label", image => image.Label), new TextColumn("predicted", image => image.Predicted),
        new NumberColumn<float>("confidence", image => image.Confidence),
        new NumberColumn<float>("labelProbability", image => image.LabelProbability),
        new NumberColumn<int>("labelRank", image => image.LabelRank),
    ];

    private static IEnumerable<ResultColumn> MeasuredLabels(IReadOnlyList<string> classes) =>
    [
        new TextColumn("label", image => image.Label), new TextColumn("predicted", image => image.Predicted),
        .. classes.Select((name, index) => new NumberColumn<float>($"probability:{name}", image => image.Scores?[index])),
    ];

    private static IEnumerable<ResultColumn> Predicted(int top) => Enumerable.Range(0, top).SelectMany(place => new ResultColumn[]
    {
        new TextColumn($"label{place + 1}", image => image.Predictions?[place].Label),
        new NumberColumn<float>($"probability{place + 1}", image => image.Predictions?[place].Probability),
    });

    private sealed class TextColumn(string name, Func<ScoredImage, string?> value) : ResultColumn(name)
    {
        public override DataField Field { get; } = new DataField<string>(name);

        public override string Text(ScoredImage image) => value(image) ?? "";

        public override Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<ScoredImage> images) =>
            group.WriteAsync(Field, (IReadOnlyCollection<string>)[.. images.Select(value)!]);
    }

    private sealed class NumberColumn<T>(string name, Func<ScoredImage, T?> value) : ResultColumn(name)
        where T : struct, IFormattable
    {
        public override DataField Field { get; } = new DataField<T?>(name);

        public override string Text(ScoredImage image) => value(image)?.ToString(null, CultureInfo.InvariantCulture) ?? "";

        public override async Task WriteAsync(ParquetRowGroupWriter group, IReadOnlyList<ScoredImage> images) =>
            await group.WriteAsync<T>(Field, images.Select(value).ToArray());
    }
}
