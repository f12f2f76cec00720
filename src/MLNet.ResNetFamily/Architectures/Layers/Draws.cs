using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The chance in a network: first weights, dropout, stochastic depth. In a training it follows from the training's seed alone, whatever
/// else draws in the process; a network that somebody trains by hand draws from torch's global generator, as torch's own layers do.
/// </summary>
internal static class Draws
{
    private static readonly Lock Gate = new();

    [ThreadStatic]
    private static Generator? own;

    /// <summary>Builds something whose first weights follow from a seed. Torch's global generator is afterwards where it was.</summary>
    public static T FromSeed<T>(int seed, Func<T> build)
    {
        // Layers draw their first weights from the one generator that all threads share.
        lock (Gate)
        {
            using var shared = Generator.Default;
            using var before = shared.get_state();
            shared.manual_seed(seed);
            try
            {
                return build();
            }
            finally
            {
                shared.set_state(before);
            }
        }
    }

    /// <summary>Lets all that the current thread draws follow from a seed, until the result is disposed of.</summary>
    /// <param name="seed">Another one for every step of a training.</param>
    /// <param name="device">Where the network is. A GPU has one generator, which is set: trainings on one GPU at once share it.</param>
    public static IDisposable FromSeed(ulong seed, Device device)
    {
        if (device.type == TorchSharp.DeviceType.CUDA)
            cuda.manual_seed((long)(seed >> 1));
        return new Seeded(new Generator(seed));
    }

    /// <summary>A number from 0 to below 1.</summary>
    public static float Number()
    {
        using var drawn = rand(1, generator: own);
        return drawn.item<float>();
    }

    /// <summary>Fills a tensor with zeros and, with the given probability, its inverse, so that the mean is 1.</summary>
    public static Tensor Mask_(Tensor values, double probability) =>
        values.bernoulli_(probability, values.device_type == TorchSharp.DeviceType.CPU ? own : null).div_(probability);

    /// <summary>Srivastava et al., "Dropout" (2014): zeroes values at random while training, and makes the others larger.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="probability">Of a value to become 0; at least 0 and below 1.</param>
    /// <param name="training">Whether it does; else the values stay as they are.</param>
    public static Tensor Dropout(Tensor values, double probability, bool training) =>
        training && probability > 0 ? values * Mask_(empty_like(values), 1 - probability) : values;

    private sealed class Seeded : IDisposable
    {
        private readonly Generator? _before = own;

        public Seeded(Generator generator) => own = generator;

        public void Dispose()
        {
            own?.Dispose();
            own = _before;
        }
    }
}
