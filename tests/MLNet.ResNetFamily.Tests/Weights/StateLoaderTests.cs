using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class StateLoaderTests
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [TestCleanup]
    public void DisposeOfTensors() => _scope.Dispose();

    [TestMethod]
    public void ABlockInTheMiddleOfAStreamComesBackBitForBit()
    {
        var values = new[] { 1.5f, -0.0f, float.NaN, float.PositiveInfinity, float.Epsilon, 3.4e38f };
        var saved = new[]
        {
            ("a.weight", tensor(values).reshape(2, 3)), ("a.num_batches_tracked", tensor(long.MaxValue)), ("empty", zeros(0, 3)),
        };
        using var stream = new MemoryStream();
        stream.WriteByte(42);
        SafetensorsWriter.Write(stream, saved, new Dictionary<string, string> { ["note"] = "naïve ✓ \"quoted\"" });
        stream.WriteByte(43);
        stream.Position = 1;
        var loaded = new[] { ("empty", zeros(0, 3)), ("a.num_batches_tracked", tensor(0L)), ("a.weight", zeros(2, 3)) };

        StateLoader.LoadInto(loaded, new ForwardOnly(stream), "a model");

        CollectionAssert.AreEqual(saved[0].Item2.bytes.ToArray(), loaded[2].Item2.bytes.ToArray());
        Assert.AreEqual(long.MaxValue, loaded[1].Item2.item<long>());
        Assert.AreEqual(43, stream.ReadByte());
    }

    [TestMethod]
    public void ATensorOfAnyLayoutIsWrittenInRowMajorOrder()
    {
        var transposed = arange(6, dtype: ScalarType.Float32).reshape(2, 3).t();
        var target = zeros(2, 3).t();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [("t", transposed)]);
        stream.Position = 0;

        StateLoader.LoadInto([("t", target)], stream, "a block");

        CollectionAssert.AreEqual(new[] { 0f, 3, 1, 4, 2, 5 }, target.contiguous().data<float>().ToArray());
    }

    [TestMethod]
    public void EveryMisfitIsNamedAndNothingIsChanged()
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(
            stream, [("good", ones(2)), ("wide", ones(3)), ("whole", ones(2, dtype: ScalarType.Int64)), ("extra", ones(1))]);
        stream.Position = 0;
        var good = zeros(2);

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
            StateLoader.LoadInto([("good", good), ("wide", zeros(2)), ("whole", zeros(2)), ("lost", zeros(1))], stream, "model.zip"));

        StringAssert.StartsWith(error.Message, "'model.zip'");
        StringAssert.Contains(error.Message, "tensor 'lost' is missing");
        StringAssert.Contains(error.Message, "tensor 'extra' is unknown");
        StringAssert.Contains(error.Message, "tensor 'wide' has shape [3], but [2] is needed");
        StringAssert.Contains(error.Message, "tensor 'whole' holds Int64, but Float32 is needed");
        Assert.AreEqual(0f, good.sum().item<float>());
    }

    [TestMethod]
    public void ABlockThatEndsEarlyIsRefused()
    {
        using var whole = new MemoryStream();
        SafetensorsWriter.Write(whole, [("a", ones(100))]);
        var cut = new MemoryStream(whole.ToArray()[..^1]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => StateLoader.LoadInto([("a", zeros(100))], cut, "model.zip"));

        StringAssert.Contains(error.Message, "it ends inside tensor 'a'");
    }

    [TestMethod]
    public void TheSameTensorsGiveTheSameBytes()
    {
        static byte[] Written(Tensor tensor)
        {
            using var stream = new MemoryStream();
            SafetensorsWriter.Write(stream, [("a", tensor)], new Dictionary<string, string> { ["format"] = "pt" });
            return stream.ToArray();
        }

        CollectionAssert.AreEqual(Written(ones(3)), Written(ones(3)));
    }

    [TestMethod]
    public void AHeaderIsPaddedSoThatTheDataAreAligned()
    {
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream, [("b", ones(3, dtype: ScalarType.Byte)), ("f", ones(3)), ("l", ones(1, dtype: ScalarType.Int64))]);

        stream.Position = 0;
        var header = SafetensorsHeader.Read(stream, "a block");
        Assert.AreEqual(0, stream.Position % 8);
        CollectionAssert.AreEqual(new[] { "b", "f", "l" }, header.Entries.Select(entry => entry.Tensor.Key).ToArray());
        CollectionAssert.AreEqual(new[] { "l", "f", "b" }, header.InDataOrder.Select(entry => entry.Tensor.Key).ToArray());
    }

    /// <summary>Hides that the stream behind it can seek, as the streams of a saved ML.NET model cannot.</summary>
    private sealed class ForwardOnly(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        // At most seven bytes at a time, as a decompressing stream may do.
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 7));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
