using System.Globalization;

namespace MLNet.ResNetFamily.Peers;

/// <summary>What the command line asks for.</summary>
/// <param name="Peer">Which one is timed.</param>
/// <param name="Values">The values of the options, by name.</param>
internal sealed record PeerOptions(string Peer, IReadOnlyDictionary<string, string> Values)
{
    public string File => Value("--file");

    public string Data => Value("--data");

    public string Model => Value("--model");

    public int Batch => int.Parse(Value("--batch"), CultureInfo.InvariantCulture);

    public int Threads => int.Parse(Value("--threads"), CultureInfo.InvariantCulture);

    /// <param name="args">The peer, then pairs of a name and a value.</param>
    /// <returns>Null where they are not.</returns>
    public static PeerOptions? Parse(string[] args) => args.Length % 2 == 1
        ? new(args[0], args[1..].Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]))
        : null;

    private string Value(string name) =>
        Values.GetValueOrDefault(name) ?? throw new ArgumentException($"Peer '{Peer}' needs the option '{name}'.");
}
