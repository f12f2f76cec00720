using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What the processes of a training say to each other. Every process calls the same methods in the same order, with as many values; each
/// call waits for the others.
/// </summary>
internal interface ITransport
{
    /// <summary>What carries the messages, with its version.</summary>
    string Name { get; }

    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>Processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Gives everybody what one process has.</summary>
    /// <param name="bytes">Read in that process, written in the others.</param>
    /// <param name="root">The rank of that process.</param>
    void Broadcast(Span<byte> bytes, int root);

    /// <summary>Adds up the values of all processes, and gives everybody the sums, which are the same to the bit.</summary>
    void AllReduceSum(Span<double> values);

    /// <summary>The same for a tensor, in place.</summary>
    /// <param name="values">float32, contiguous.</param>
    void AllReduceSum(Tensor values);

    /// <summary>Waits until every process is here.</summary>
    void Barrier();

    /// <summary>Ends all processes, this one included, because of an error; says whose it is.</summary>
    /// <param name="reason">What happened here.</param>
    void Abort(string reason);
}
