using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// The layers that all residual families are made of, in the short form that keeps a block's constructor readable.
internal static class Layers
{
    // Without bias (a batch norm follows) and with the padding that keeps the size at stride 1.
    internal static Conv2d Conv(int channelsIn, int channelsOut, int kernel, int stride = 1, int groups = 1) =>
        Conv2d(
            channelsIn, channelsOut, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false,
            device: Initialization.Place);

    // For what is added up, joined or pooled before.
    internal static FoldableBatchNorm Norm(int channels) => new(channels, DefaultEps);

    // For what a convolution gives and no other layer sees.
    internal static FoldableBatchNorm Norm(Conv2d before, double eps = DefaultEps) => new((int)before.out_channels, eps, before);

    // Layers one after the other.
    internal static Tensor Run(IEnumerable<Module<Tensor, Tensor>> layers, Tensor x)
    {
        using var scope = NewDisposeScope();
        var input = x;
        foreach (var layer in layers)
        {
            var y = layer.call(x);
            if (!ReferenceEquals(x, input))
                x.Dispose();
            x = y;
        }
        return x.MoveToOuterDisposeScope();
    }

    internal static IReadOnlyList<Module<Tensor, Tensor>> Of(Sequential row) => [.. row.children().Cast<Module<Tensor, Tensor>>()];

    // Stages of a row of layers: each up to a layer, which is not part of it any more.
    internal static IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages(Sequential row, IEnumerable<(string Name, int End)> ends)
    {
        var layers = Of(row);
        var stages = new List<(string, Func<Tensor, Tensor>)>();
        var first = 0;
        foreach (var (name, end) in ends)
        {
            Module<Tensor, Tensor>[] stage = [.. layers.Take(first..end)];
            stages.Add((name, x => Run(stage, x)));
            first = end;
        }
        return stages;
    }

    // Stages that each end before a pooling, and the last pooling alone.
    internal static IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> PooledStages(Sequential row, params string[] names)
    {
        var layers = Of(row);
        var ends = Enumerable.Range(0, layers.Count).Where(i => layers[i] is MaxPool2d).Append(layers.Count);
        return Stages(row, names.Zip(ends));
    }

    private const double DefaultEps = 1e-5;
}
