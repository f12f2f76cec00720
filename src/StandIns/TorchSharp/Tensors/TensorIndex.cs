namespace TorchSharp;

public static partial class torch
{
    /// <summary>One of the things that may stand between the brackets of an indexing expression.</summary>
    public struct TensorIndex
    {
        public static TensorIndex Ellipsis = new() { Which = Kind.Ellipsis };
        public static TensorIndex None = new() { Which = Kind.None };
        public static TensorIndex Null = new() { Which = Kind.None };
        public static TensorIndex Colon = Slice();

        internal enum Kind
        {
            Single, None, Ellipsis, Bool, Tensor, Slice,
        }

        internal Kind Which { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal Tensor? Indices { get; private init; }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Which = Kind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) =>
            Slice(FromEnd(range.Start), range.End is { IsFromEnd: true, Value: 0 } ? null : FromEnd(range.End));

        public static TensorIndex Single(long? index) => new() { Which = Kind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Which = Kind.Tensor, Indices = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(FromEnd(index));

        private static long FromEnd(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
