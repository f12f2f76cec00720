using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;

namespace MLNet.ResNetFamily;

// First weights of a network, drawn from torch's global generator. Batch norms start at weight 1, bias 0 by themselves.
internal static class Initialization
{
    [ThreadStatic]
    private static bool isLeftOut;

    // Whether the weights of what is being built are given values later.
    internal static bool IsLeftOut => isLeftOut;

    // Where layers are to be made: on torch's device without memory, where drawing costs nothing, or as usual.
    internal static Device? Place => isLeftOut ? META : null;

    // Builds a network whose weights are read or copied next: none are drawn, and torch's generator stays where it is.
    internal static T LeaveOut<T>(Func<T> build) where T : Module
    {
        isLeftOut = true;
        try
        {
            var network = build();
            foreach (var module in network.modules().Prepend(network))
            {
                switch (module)
                {
                    // A network from elsewhere has its weights in memory already; setting one frees the one before.
                    case Conv2d conv when IsNowhere(conv.weight):
                        conv.weight = InMemory(conv.weight);
                        conv.bias = conv.bias is null ? null : InMemory(conv.bias);
                        break;
                    case Linear linear when IsNowhere(linear.weight):
                        linear.weight = InMemory(linear.weight);
                        linear.bias = linear.bias is null ? null : InMemory(linear.bias);
                        break;
                }
            }
            return network;
        }
        finally
        {
            isLeftOut = false;
        }

        static bool IsNowhere(Parameter weights) => weights.device_type == TorchSharp.DeviceType.META;

        static Parameter InMemory(Parameter weights) => new(empty(weights.shape));
    }

    // He et al., "Delving Deep into Rectifiers" (2015), https://arxiv.org/abs/1502.01852, with the outgoing connections counted.
    internal static void HeNormal(Module network)
    {
        foreach (var module in network.modules())
        {
            if (module is Conv2d conv)
            {
                var shape = conv.weight.shape;                    // [out, in / groups, height, width]
                init.normal_(conv.weight, 0, Math.Sqrt(2.0 / (shape[0] * shape[2] * shape[3])));
                if (conv.bias is not null)
                    init.zeros_(conv.bias);
            }
        }
    }

    // As torchvision starts Inception v3: values beyond ±2 are drawn again.
    internal static void TruncatedNormal(Module network, double standardDeviation)
    {
        foreach (var module in network.modules().Prepend(network))
        {
            if (module is Conv2d conv)
                DrawTruncated(conv.weight, standardDeviation, 2);
            else if (module is Linear linear)
                DrawTruncated(linear.weight, standardDeviation, 2);
        }
    }

    // As TensorFlow's published Inception v4 and Inception-ResNet started: He's deviation with the incoming connections counted,
    // truncated at two deviations, which takes a factor of 1.3 from the variance.
    internal static void TruncatedHeNormal(Module network)
    {
        foreach (var module in network.modules())
        {
            if (module is not Conv2d conv)
                continue;
            var shape = conv.weight.shape;                        // [out, in / groups, height, width]
            var deviation = Math.Sqrt(1.3 * 2 / (shape[1] * shape[2] * shape[3]));
            DrawTruncated(conv.weight, deviation, 2 * deviation);
            if (conv.bias is not null)
                init.zeros_(conv.bias);
        }
    }

    // By hand: TorchSharp 0.107's init.trunc_normal_ fills the tensor with one value.
    private static void DrawTruncated(Tensor weight, double deviation, double limit)
    {
        if (isLeftOut)
            return;
        using var scope = NewDisposeScope();
        init.normal_(weight, 0, deviation);
        for (var beyond = weight.detach().abs() > limit; beyond.any().item<bool>(); beyond = weight.detach().abs() > limit)
        {
            using var step = NewDisposeScope();
            var redrawn = where(beyond, init.normal_(empty_like(weight), 0, deviation), weight.detach());
            weight.detach().copy_(redrawn);
        }
    }
}
