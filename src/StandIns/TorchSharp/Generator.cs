using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = InitializeDevice(device ?? CPU);
            Handle = Native.Check(Native.GeneratorNew(seed, (int)this.device.type, this.device.index));
        }

        private Generator(nint handle)
        {
            Handle = Native.Check(handle);
            device = CPU;
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(Native.GeneratorDefault());

        public nint Handle { get; private set; }

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.GeneratorSetSeed(Handle, (ulong)seed));
            return this;
        }

        public long seed()
        {
            long seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => (long)Native.GeneratorInitialSeed(Handle);

        public Tensor get_state() => new(Native.Check(Native.GeneratorGetState(Handle)));

        public void set_state(Tensor value)
        {
            Native.Check(Native.GeneratorSetState(Handle, value.Handle));
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
                Native.GeneratorFree(handle);
        }
    }
}
