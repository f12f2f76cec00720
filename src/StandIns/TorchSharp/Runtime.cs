using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => Native.Version();

    public static int get_num_threads() => Native.bridge_num_threads();

    public static void set_num_threads(int num) => Native.Check(Native.bridge_set_num_threads(num));

    public static int get_num_interop_threads() => Native.bridge_num_interop_threads();

    public static void set_num_interop_threads(int num) => Native.Check(Native.bridge_set_num_interop_threads(num));

    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.bridge_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static long seed()
    {
        long seed = DateTime.UtcNow.Ticks;
        Native.Check(Native.bridge_manual_seed((ulong)seed));
        return seed;
    }

    public static long initial_seed()
    {
        using Generator generator = Generator.Default;
        return generator.initial_seed();
    }

    public static Tensor get_rng_state()
    {
        using Generator generator = Generator.Default;
        return generator.get_state();
    }

    public static void set_rng_state(Tensor new_state)
    {
        using Generator generator = Generator.Default;
        generator.set_state(new_state);
    }

    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    public static class cuda
    {
        public static bool is_available() => Native.bridge_cuda_is_available() != 0;

        public static bool is_cudnn_available() => Native.bridge_cuda_cudnn_is_available() != 0;

        public static int device_count() => Native.bridge_cuda_device_count();

        public static void manual_seed(long seed) => Native.Check(Native.bridge_cuda_manual_seed((ulong)seed, 0));

        public static void manual_seed_all(long seed) => Native.Check(Native.bridge_cuda_manual_seed((ulong)seed, 1));

        public static void synchronize(Device? device = null)
        {
            if (device is not null && device.type != DeviceType.CUDA)
                throw new ArgumentException("Not a CUDA device.", nameof(device));
            Native.Check(Native.bridge_cuda_synchronize(device?.index ?? -1));
        }
    }

    public static class backends
    {
        private static bool Get(int which) => Native.Check(Native.bridge_switch_get(which)) != 0;

        private static void Set(int which, bool value) => Native.Check(Native.bridge_switch_set(which, value ? 1 : 0));

        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => Get(0);
                    set => Set(0, value);
                }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32
            {
                get => Get(1);
                set => Set(1, value);
            }
        }
    }
}
