using Parquet;
using Parquet.Schema;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes results as Apache Parquet: a column each, in groups of rows.</summary>
internal sealed class ParquetResultWriter(Stream stream, IReadOnlyList<ResultColumn> columns) : IResultWriter
{
    private const int RowsInAGroup = 100_000;

    private readonly ParquetWriter _writer =
        ParquetWriter.CreateAsync(new ParquetSchema(columns.Select(column => column.Field)), stream).GetAwaiter().GetResult();

    private readonly List<ScoredImage> _group = [];

    public void Write(ScoredImage image)
    {
        _group.Add(image);
        if (_group.Count == RowsInAGroup)
            WriteGroup();
    }

    public void Finish()
    {
        if (_group.Count > 0)
            WriteGroup();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        // What was begun is no file without its end, which Finish writes.
    }

    private void WriteGroup()
    {
        using var group = _writer.CreateRowGroup();
        foreach (var column in columns)
            column.WriteAsync(group, _group).GetAwaiter().GetResult();
        _group.Clear();
    }
}
