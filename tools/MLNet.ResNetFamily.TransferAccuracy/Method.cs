namespace MLNet.ResNetFamily.TransferAccuracy;

/// <summary>One way to learn the classes of a folder.</summary>
/// <param name="Start">What it starts from, as the table says it.</param>
/// <param name="Learns">What of it learns, as the table says it.</param>
/// <param name="Runs">Trains and tests: once with each seed, or once where nothing is left to chance.</param>
internal sealed record Method(string Start, string Learns, IReadOnlyList<Func<Dataset, Outcome>> Runs);
