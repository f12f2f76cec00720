using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Distributed;

/// <summary>What is asked of NCCL, by a stand-in that adds up in the processor's memory: no GPU takes part.</summary>
[TestClass]
public sealed class NcclTransportTests
{
    [TestMethod]
    public void TheFirstProcessNamesTheGroupAndTensorsAreAddedUpInPlace()
    {
        var group = new FakeNccl.Group();

        var sums = ThreadTransport.Run(3, others =>
        {
            using var transport = new NcclTransport(others, new FakeNccl(group, others), others.Rank, AddressOf);
            using var values = tensor(new[] { 1f, others.Rank, 0.5f });
            transport.AllReduceSum(values);
            double[] numbers = [others.Rank];
            transport.AllReduceSum(numbers.AsSpan());
            return (values.data<float>().ToArray(), numbers[0], transport.Name);
        });

        foreach (var (values, number, name) in sums)
        {
            CollectionAssert.AreEqual(new[] { 3f, 3, 1.5f }, values);
            Assert.AreEqual(3, number);
            Assert.AreEqual("NCCL, threads", name);
        }
        foreach (var rank in Enumerable.Range(0, 3))
        {
            string[] expected =
            [
                $"cudaSetDevice {rank}", .. rank == 0 ? ["ncclGetUniqueId"] : Array.Empty<string>(), $"ncclCommInitRank {rank} of 3, id 77",
                $"ncclAllReduce 3 of {100 + rank}", $"ncclCommAbort {100 + rank}",
            ];
            CollectionAssert.AreEqual(expected, group.CallsOf(rank));
        }
    }

    [TestMethod]
    [DataRow("cudaSetDevice", 101)]
    [DataRow("ncclCommInitRank", 5)]
    [DataRow("ncclAllReduce", 2)]
    public void AnErrorSaysTheFunctionTheCodeAndTheProcess(string function, int code)
    {
        var group = new FakeNccl.Group { Failing = (function, code) };

        var (_, errors, _) = ThreadTransport.TryRun(1, others =>
        {
            using var transport = new NcclTransport(others, new FakeNccl(group, others), 0, AddressOf);
            using var values = zeros(3);
            transport.AllReduceSum(values);
            return 0;
        });

        StringAssert.StartsWith(
            ((InvalidOperationException)errors[0]!).Message, $"{function} failed with code {code} in process 0: text {code}. Set the");
    }

    [TestMethod]
    public void AProcessThatFailsLeavesTheGroupBeforeItEndsTheOthers()
    {
        var group = new FakeNccl.Group();

        var (_, _, reasons) = ThreadTransport.TryRun(1, others =>
        {
            var transport = new NcclTransport(others, new FakeNccl(group, others), 0, AddressOf);
            transport.Abort("it is broken");
            transport.Dispose();
            return 0;
        });

        Assert.AreEqual("it is broken", reasons[0]);
        Assert.AreEqual(1, group.CallsOf(0).Count(call => call == "ncclCommAbort 100"));
    }

    [TestMethod]
    public void WithoutNcclTheErrorNamesThePackage()
    {
        var error = Assert.ThrowsExactly<DllNotFoundException>(() => NcclLibrary.Load(_ => null));

        StringAssert.Contains(error.Message, "'libnccl.so.2' was not found");
        StringAssert.Contains(error.Message, "apt install libnccl2");
    }

    private static unsafe nint AddressOf(Tensor values)
    {
        fixed (byte* data = values.bytes)
            return (nint)data;
    }

    private sealed unsafe class FakeNccl(FakeNccl.Group group, ITransport others) : INccl
    {
        private const byte Id = 77;

        public int SetDevice(int device) => Called("cudaSetDevice", $" {device}");

        public int GetUniqueId(out NcclUniqueId id)
        {
            id = default;
            id[0] = Id;
            return Called("ncclGetUniqueId", "");
        }

        public int CommInitRank(out nint communicator, int size, NcclUniqueId id, int rank)
        {
            communicator = 100 + rank;
            return Called("ncclCommInitRank", $" {rank} of {size}, id {id[0]}");
        }

        public int AllReduceSum(nint source, nint target, nuint count, nint communicator)
        {
            var code = Called("ncclAllReduce", $" {count} of {communicator}");
            if (code != 0)
                return code;
            var numbers = new Span<float>((void*)source, (int)count).ToArray().Select(value => (double)value).ToArray();
            others.AllReduceSum(numbers.AsSpan());
            numbers.Select(number => (float)number).ToArray().CopyTo(new Span<float>((void*)target, (int)count));
            return 0;
        }

        public int CommAbort(nint communicator) => Called("ncclCommAbort", $" {communicator}");

        public string ErrorText(int code) => $"text {code}";

        private int Called(string function, string arguments)
        {
            group.Calls.Enqueue((others.Rank, function + arguments));
            return function == group.Failing.Function ? group.Failing.Code : 0;
        }

        public sealed class Group
        {
            public ConcurrentQueue<(int Rank, string Call)> Calls { get; } = [];

            public (string Function, int Code) Failing { get; init; }

            public string[] CallsOf(int rank) => [.. Calls.Where(call => call.Rank == rank).Select(call => call.Call)];
        }
    }
}
