using nietras.SeparatedValues;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes results as comma-separated values with a header (RFC 4180).</summary>
internal sealed class CsvWriter : IResultWriter
{
    private readonly IReadOnlyList<ResultColumn> _columns;
    private readonly SepWriter _writer;

    public CsvWriter(Stream stream, IReadOnlyList<ResultColumn> columns)
    {
        _columns = columns;
        _writer = Sep.New(',').Writer(options => options with { Escape = true }).To(stream, leaveOpen: true);
        _writer.Header.Add([.. columns.Select(column => column.Name)]);
        // Otherwise the first row would write it, which there may not be.
        _writer.Header.Write();
    }

    public void Write(ScoredImage image)
    {
        using var row = _writer.NewRow();
        foreach (var column in _columns)
            row[column.Name].Set(column.Text(image));
    }

    public void Finish() => _writer.Flush();

    public void Dispose() => _writer.Dispose();
}
