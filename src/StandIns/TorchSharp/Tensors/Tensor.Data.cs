using TorchSharp.Bridge;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory of a contiguous CPU tensor; valid only while the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                ThrowIfUnreadable();
                long length = NumberOfElements * ElementSize;
                if (length > int.MaxValue)
                    throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                return new Span<byte>(DataPointer(), (int)length);
            }
            set
            {
                if (!is_contiguous())
                    throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                ThrowIfUnreadable();
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(new Span<byte>(DataPointer(), value.Length));
                GC.KeepAlive(this);
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ThrowIfNot<T>();
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"Number of elements in the tensor must be 1, but it is {NumberOfElements}.");
            ThrowIfNot<T>();
            using Tensor onCpu = Aten.Call("to.device", this, CPU, dtype);
            return TensorAccessor<T>.ReadItemAt(onCpu, 0);
        }

        public Scalar ToScalar()
        {
            Value value = Aten.CallForValue("item", this);
            return value.Tag switch
            {
                Tag.Bool => new Scalar(value.Integer != 0),
                Tag.Int => new Scalar(value.Integer, ScalarType.Int64),
                _ => new Scalar(value.Real, ScalarType.Float64),
            };
        }

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            ThrowIfUnreadable();
            foreach (UnmanagedChunk chunk in Chunks())
                stream.Write(chunk.Span);
            GC.KeepAlive(this);
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            ThrowIfUnreadable();
            foreach (UnmanagedChunk chunk in Chunks())
                stream.ReadExactly(chunk.Span);
            GC.KeepAlive(this);
        }

        internal unsafe void* DataPointer()
        {
            void* data = null;
            Native.Check(Native.bridge_tensor_data(Handle, &data));
            GC.KeepAlive(this);
            return data;
        }

        internal void ThrowIfNot<T>() where T : unmanaged
        {
            Type expected = dtype.DotNetType();
            if (typeof(T) != expected)
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }

        /// <summary>The memory in pieces that a span can hold.</summary>
        private IEnumerable<UnmanagedChunk> Chunks()
        {
            const int largest = 1 << 24;
            nint data;
            unsafe
            {
                data = (nint)DataPointer();
            }

            long length = NumberOfElements * ElementSize;
            for (long offset = 0; offset < length; offset += largest)
                yield return new UnmanagedChunk(data + (nint)offset, (int)Math.Min(largest, length - offset));
        }

        private void ThrowIfUnreadable()
        {
            if (!is_contiguous())
                throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        private readonly record struct UnmanagedChunk(nint Start, int Length)
        {
            public unsafe Span<byte> Span => new((void*)Start, Length);
        }
    }
}
