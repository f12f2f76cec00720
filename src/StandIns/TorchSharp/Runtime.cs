using TorchSharp.Bridge;

namespace TorchSharp;

public static partial class torch
{
    public static string __version__ => Native.Version();

    public static int get_num_threads() => Native.bridge_num_threads();

    public static void set_num_threads(int num) => Native.Check(Native.bridge_set_num_threads(num));

    public static Generator manual_seed(long seed)
    {
        Native.Check(Native.bridge_manual_seed((ulong)seed));
        return Generator.Default;
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
    }

    public static class cuda
    {
        public static bool is_available() => Native.bridge_cuda_is_available() != 0;

        public static int device_count() => Native.bridge_cuda_device_count();
    }
}
