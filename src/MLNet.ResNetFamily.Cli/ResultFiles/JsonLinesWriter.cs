namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes results as JSON, one image a line.</summary>
internal sealed class JsonLinesWriter(Stream stream) : IResultWriter
{
    private readonly StreamWriter _writer = new(stream, leaveOpen: true) { NewLine = "\n" };

    public void Write(ScoredImage image) => _writer.WriteLine(Results.Line(image));

    public void Finish() => _writer.Flush();

    public void Dispose() => _writer.Dispose();
}
