namespace MLNet.ResNetFamily.Cli;

/// <summary>The last line of a shard's file: it is complete.</summary>
/// <param name="End">True: what tells this line from a row.</param>
/// <param name="Rows">Images of this shard.</param>
/// <param name="Total">Images of the whole input.</param>
/// <param name="Names">Hash of the paths and labels of the whole input, in order.</param>
/// <param name="Seconds">Time for reading and scoring, since the shard was begun or continued.</param>
internal sealed record ShardEnd(bool End, long Rows, long Total, string Names, double Seconds);
