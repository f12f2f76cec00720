using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor: one counted reference to libtorch's, given back by Dispose, by a dispose scope, or at last by the finaliser.</summary>
    public partial class Tensor : IDisposable
    {
        private static long _totalCount;
        private static long _peakCount;
        private nint _handle;

        internal Tensor(nint handle, bool register = true)
        {
            _handle = handle;
            long count = Interlocked.Increment(ref _totalCount);
            if (count > _peakCount)
                _peakCount = count;
            if (register)
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        public static long TotalCount => _totalCount;

        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => _handle == 0;

        internal nint RawHandle => _handle;

        internal DisposeScope? OwningDisposeScope { get; set; }

        public long ndim => Kept(Native.bridge_tensor_dim(Handle));

        public long NumberOfElements => Kept(Native.bridge_tensor_numel(Handle));

        public long ElementSize => Kept(Native.bridge_tensor_itemsize(Handle));

        public ScalarType dtype => (ScalarType)Kept(Native.bridge_tensor_dtype(Handle));

        public DeviceType device_type => (DeviceType)Kept(Native.bridge_tensor_device_type(Handle));

        public int device_index => Kept(Native.bridge_tensor_device_index(Handle));

        public Device device => device_type == DeviceType.CPU ? new Device(DeviceType.CPU) : new Device(device_type, device_index);

        public bool is_leaf => Native.Check(Kept(Native.bridge_is_leaf(Handle))) != 0;

        public bool requires_grad
        {
            get => Native.Check(Kept(Native.bridge_requires_grad(Handle))) != 0;
            set => Native.Check(Kept(Native.bridge_set_requires_grad(Handle, value ? 1 : 0)));
        }

        public unsafe Tensor? grad
        {
            get
            {
                nint gradient = 0;
                Native.Check(Native.bridge_grad(Handle, &gradient));
                GC.KeepAlive(this);
                return gradient == 0 ? null : new Tensor(gradient);
            }
            set
            {
                Native.Check(Native.bridge_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* pointer = sizes)
                    Native.Check(Native.bridge_tensor_sizes(Handle, pointer));
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long dim() => ndim;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public unsafe long[] stride()
        {
            var strides = new long[ndim];
            fixed (long* pointer = strides)
                Native.Check(Native.bridge_tensor_strides(Handle, pointer));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[Wrapped(dim)];

        public bool is_contiguous() => Kept(Native.bridge_tensor_is_contiguous(Handle)) != 0;

        public bool is_floating_point() => dtype.IsFloatingPoint();

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void backward() => autograd.backward(this);

        /// <summary>Another reference to the same tensor, with a lifetime of its own.</summary>
        public Tensor alias() => new(Kept(Native.bridge_tensor_alias(Handle)));

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter((IEnumerable<IDisposable>)[this]);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach((IEnumerable<IDisposable>)[this]);
            return this;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        public bool Equals(Tensor target) => target is not null && Aten.CallForValue("equal", this, target).Integer != 0;

        public override bool Equals(object? obj) => obj is Tensor tensor && Equals(tensor);

        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Gives the reference away to a <see cref="Modules.Parameter"/>; this object is then empty.</summary>
        internal nint MoveHandle()
        {
            nint handle = Handle;
            Interlocked.Decrement(ref _totalCount);
            _handle = 0;
            return handle;
        }

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;
            Interlocked.Decrement(ref _totalCount);
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposal(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }

            Native.bridge_tensor_free(handle);
        }

        /// <summary>This tensor, with requires_grad set where that is asked for; an inference tensor is left alone otherwise.</summary>
        internal Tensor Requiring(bool requires_grad) => requires_grad ? requires_grad_() : this;

        /// <summary>Hands a native call's result on, and keeps this tensor from the finaliser until then.</summary>
        private T Kept<T>(T result)
        {
            GC.KeepAlive(this);
            return result;
        }

        private int Wrapped(long dim) => (int)(dim < 0 ? dim + ndim : dim);
    }
}
