using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = InitializeDevice(device ?? CPU);
            Handle = Native.Check(Native.bridge_generator_new(seed, (int)this.device.type, this.device.index));
        }

        private Generator(nint handle)
        {
            Handle = Native.Check(handle);
            device = CPU;
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(Native.bridge_generator_default());

        public nint Handle { get; private set; }

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.bridge_generator_set_seed(Handle, (ulong)seed));
            return this;
        }

        public Tensor get_state() => new(Native.Check(Native.bridge_generator_get_state(Handle)));

        public void set_state(Tensor value)
        {
            Native.Check(Native.bridge_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint handle = Handle;
            Handle = 0;
            if (handle != 0)
                Native.bridge_generator_free(handle);
        }
    }
}
