using System.Runtime.CompilerServices;
using MLNet.ResNetFamily.Cli;
using static TorchSharp.torch;
using static TorchSharp.torchvision;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times the networks that come with TorchSharp.</summary>
internal static class TorchvisionPeer
{
    private const int ImageSize = 224;

    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        // TorchSharp alone does not start on systems with an older C++ runtime; this library arranges that it does, and no more.
        RuntimeHelpers.RunModuleConstructor(typeof(Backbones).Module.ModuleHandle);
        return Time(task);
    }

    private static IEnumerable<(string Name, object? Value)> Time(PeerOptions task)
    {
        set_num_threads(task.Threads);
        manual_seed(0);
        using nn.Module<Tensor, Tensor> network = task.Model switch
        {
            "resnet18" => models.resnet18(),
            "resnet50" => models.resnet50(),
            "resnext50_32x4d" => models.resnext50_32x4d(),
            _ => throw new ArgumentException($"'{task.Model}' is none of the timed networks of TorchSharp's torchvision."),
        };
        network.eval();
        using var inference = inference_mode();
        using var images = randn(task.Batch, 3, ImageSize, ImageSize);
        return StepTimer.Rate(task.Batch, StepTimer.Times(Step, default));

        void Step()
        {
            using var scope = NewDisposeScope();
            _ = network.call(images).data<float>().ToArray();
        }
    }
}
