using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Distributed;

/// <summary>Threads of the test that talk to each other as processes do: everything but MPI itself.</summary>
internal sealed class ThreadTransport : ITransport
{
    private readonly Group _group;

    private ThreadTransport(Group group, int rank) => (_group, Rank) = (group, rank);

    public string Name => "threads";

    public int Rank { get; }

    public int Size => _group.Reasons.Length;

    /// <summary>What each process gave to the others when it failed; null where it did not.</summary>
    public IReadOnlyList<string?> AbortReasons => _group.Reasons;

    /// <summary>Runs the same work in as many threads, and waits for all of them.</summary>
    /// <param name="size">Processes.</param>
    /// <param name="work">What each does.</param>
    /// <returns>What each gave back, by rank, or the error that ended it; with what the failed ones said.</returns>
    public static (T?[] Results, Exception?[] Errors, string?[] Reasons) TryRun<T>(int size, Func<ITransport, T> work)
    {
        using var group = new Group(size);
        var (results, errors) = (new T?[size], new Exception?[size]);
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadTransport(group, rank));
            }
            catch (Exception error)
            {
                errors[rank] = error;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return (results, errors, group.Reasons);
    }

    /// <summary>The same where nothing may go wrong.</summary>
    public static T[] Run<T>(int size, Func<ITransport, T> work)
    {
        var (results, errors, _) = TryRun(size, work);
        Assert.IsTrue(errors.All(error => error is null), string.Join('\n', errors.Where(error => error is not null)));
        return results!;
    }

    public void Broadcast(Span<byte> bytes, int root)
    {
        var all = _group.Exchange(Rank, Rank == root ? bytes.ToArray() : []);
        all[root].CopyTo(bytes);
    }

    public void AllReduceSum(Span<double> values)
    {
        var all = _group.Exchange(Rank, MemoryMarshal.AsBytes(values).ToArray());
        values.Clear();
        foreach (var bytes in all)
        {
            var others = MemoryMarshal.Cast<byte, double>(bytes);
            Assert.AreEqual(values.Length, others.Length, "The processes do not add up the same.");
            for (var i = 0; i < values.Length; i++)
                values[i] += others[i];
        }
    }

    public void AllReduceSum(Tensor values)
    {
        Assert.IsTrue(values.is_contiguous());
        var all = _group.Exchange(Rank, values.bytes.ToArray());
        var own = MemoryMarshal.Cast<byte, float>(values.bytes);
        own.Clear();
        foreach (var bytes in all)
        {
            var others = MemoryMarshal.Cast<byte, float>(bytes);
            Assert.AreEqual(own.Length, others.Length, "The processes do not add up the same.");
            for (var i = 0; i < own.Length; i++)
                own[i] += others[i];
        }
    }

    public void Barrier() => _group.Exchange(Rank, []);

    public void Abort(string reason) => _group.Abort(Rank, reason);

    private sealed class Group(int size) : IDisposable
    {
        private readonly Barrier _meeting = new(size);
        private readonly CancellationTokenSource _aborted = new();
        private readonly byte[][] _messages = new byte[size][];

        public string?[] Reasons { get; } = new string?[size];

        public byte[][] Exchange(int rank, byte[] message)
        {
            _messages[rank] = message;
            _meeting.SignalAndWait(_aborted.Token);
            byte[][] all = [.. _messages];
            // Nobody writes the next message before everybody has read this one.
            _meeting.SignalAndWait(_aborted.Token);
            return all;
        }

        public void Abort(int rank, string reason)
        {
            Reasons[rank] = reason;
            _aborted.Cancel();
        }

        public void Dispose()
        {
            _meeting.Dispose();
            _aborted.Dispose();
        }
    }
}
