using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// What stands between the layers in a forward pass. Each method computes what torch's of the same name does, and is noted where the
// pass is recorded; a forward pass that writes torch's own cannot be recorded. The underscore is torch's: in place.
internal static class Operations
{
    internal static Tensor Relu(this Tensor x)
    {
        var y = functional.relu(x);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.ReLU(), x) ?? y;
    }

    internal static Tensor Relu_(this Tensor x)
    {
        x.relu_();
        return NetworkRecorder.Current?.Noted(x, new NetworkOperation.ReLU(), x) ?? x;
    }

    internal static Tensor Elu(this Tensor x, double alpha)
    {
        var y = functional.elu(x, alpha);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.ELU(alpha), x) ?? y;
    }

    internal static Tensor Sigmoid_(this Tensor x)
    {
        x.sigmoid_();
        return NetworkRecorder.Current?.Noted(x, new NetworkOperation.Sigmoid(), x) ?? x;
    }

    internal static Tensor Add(this Tensor x, Tensor other)
    {
        var y = x.add(other);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Add(), x, other) ?? y;
    }

    internal static Tensor Add_(this Tensor x, Tensor other)
    {
        x.add_(other);
        return NetworkRecorder.Current?.Noted(x, new NetworkOperation.Add(), x, other) ?? x;
    }

    internal static Tensor Mul(this Tensor x, Tensor other)
    {
        var y = x.mul(other);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Multiply(), x, other) ?? y;
    }

    internal static Tensor Mul(this Tensor x, double factor)
    {
        var y = x.mul(factor);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Scale(factor), x) ?? y;
    }

    internal static Tensor OneMinus(this Tensor x)
    {
        var y = 1 - x;
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.OneMinus(), x) ?? y;
    }

    // Another handle of the same values.
    internal static Tensor Alias(this Tensor x)
    {
        var y = x.alias();
        return NetworkRecorder.Current?.Same(y, x) ?? y;
    }

    // [N, C1, H, W], [N, C2, H, W], ... to [N, C1 + C2 + ..., H, W].
    internal static Tensor Join(Tensor[] maps)
    {
        var y = cat(maps, 1);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Join(), maps) ?? y;
    }

    internal static Tensor MaxPool(this Tensor x, int kernel, int stride, int padding)
    {
        var y = functional.max_pool2d(x, kernel, stride, padding);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.MaxPool(kernel, stride, padding), x) ?? y;
    }

    internal static Tensor AveragePool(this Tensor x, int kernel, int stride)
    {
        var y = functional.avg_pool2d(x, kernel, stride);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.AveragePool(kernel, stride, 0, CountsPadding: true), x) ?? y;
    }

    // [N, C, H, W] to [N, C, size, size].
    internal static Tensor AverageTo(this Tensor x, int size)
    {
        var y = functional.adaptive_avg_pool2d(x, size);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.AverageTo(size, x.shape[2], x.shape[3]), x) ?? y;
    }

    // [N, C, H, W] to [N, C].
    internal static Tensor MeanOverPositions(this Tensor x)
    {
        var y = x.mean([2, 3]);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.MeanOverPositions(), x) ?? y;
    }

    // [N, C, H, W] to [N, C · H · W].
    internal static Tensor Flatten(this Tensor x)
    {
        var y = x.flatten(1);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Flatten(), x) ?? y;
    }

    // [N, W1], [N, C, H, W], ... to [N, W1 + C · H · W + ...].
    internal static Tensor SideBySide(Tensor[] parts, IReadOnlyList<StageOutput> outputs)
    {
        var y = cat([.. parts.Select(part => part.flatten(1))], 1);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.SideBySide(outputs), parts) ?? y;
    }

    // [N, C, H, W] to [N, C, ⌈H / stride⌉, ⌈W / stride⌉].
    internal static Tensor Subsample(this Tensor x, int stride)
    {
        var shape = x.shape;
        var y = x.slice(2, 0, shape[2], stride).slice(3, 0, shape[3], stride);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.Subsample(stride), x) ?? y;
    }

    // [N, C, H, W] to [N, before + C + after, H, W].
    internal static Tensor PadChannels(this Tensor x, int before, int after)
    {
        var y = functional.pad(x, [0, 0, 0, 0, before, after]);
        return NetworkRecorder.Current?.Noted(y, new NetworkOperation.PadChannels(before, after), x) ?? y;
    }
}
