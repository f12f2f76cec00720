namespace MLNet.ResNetFamily;

/// <summary>
/// Lets decoders and a network have the same processor cores in turn: all of them decode until a batch is there, then all of them compute.
/// Side by side, more threads than cores would wait for each other, and a fixed part of the cores for each would leave some of them idle
/// unless both took equally long. May be used by many threads at once.
/// </summary>
internal sealed class DecodeComputeGate
{
    private readonly object _gate = new();
    private int _decoders, _networks;

    /// <summary>A decoder's turn at one image, which ends when the result is disposed of. Waits while the network computes.</summary>
    public Turn Decode()
    {
        lock (_gate)
        {
            while (_networks > 0)
                Monitor.Wait(_gate);
            _decoders++;
        }
        return new(this, isDecoder: true);
    }

    /// <summary>
    /// The network's turn, which ends when the result is disposed of. Waits for the images that are being decoded; no more are begun.
    /// </summary>
    public Turn Compute()
    {
        lock (_gate)
        {
            _networks++;
            while (_decoders > 0)
                Monitor.Wait(_gate);
        }
        return new(this, isDecoder: false);
    }

    private void End(bool isDecoder)
    {
        lock (_gate)
        {
            if (isDecoder ? --_decoders == 0 : --_networks == 0)
                Monitor.PulseAll(_gate);
        }
    }

    /// <summary>One holder's turn.</summary>
    internal readonly struct Turn(DecodeComputeGate turns, bool isDecoder) : IDisposable
    {
        public void Dispose() => turns.End(isDecoder);
    }
}
