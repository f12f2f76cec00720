namespace MLNet.ResNetFamily.Cli;

/// <summary>Writes rows of results into a stream.</summary>
internal interface IResultWriter : IDisposable
{
    void Write(ScoredImage image);

    /// <summary>Writes what is left to write; the stream stays open.</summary>
    void Finish();
}
