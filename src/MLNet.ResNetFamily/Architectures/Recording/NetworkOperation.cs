using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

// What one step of a network's computation does to the values that go into it.
internal abstract record NetworkOperation
{
    internal sealed record ReLU : NetworkOperation;

    internal sealed record ELU(double Alpha) : NetworkOperation;

    internal sealed record Sigmoid : NetworkOperation;

    internal sealed record Add : NetworkOperation;

    internal sealed record Multiply : NetworkOperation;

    internal sealed record Scale(double Factor) : NetworkOperation;

    internal sealed record OneMinus : NetworkOperation;

    // Side by side along the channels.
    internal sealed record Join : NetworkOperation;

    internal sealed record MaxPool(long Kernel, long Stride, long Padding, bool Ceil = false) : NetworkOperation;

    internal sealed record AveragePool(long Kernel, long Stride, long Padding, bool CountsPadding) : NetworkOperation;

    // From height × width positions to size × size.
    internal sealed record AverageTo(long Size, long Height, long Width) : NetworkOperation;

    // [N, C, H, W] to [N, C].
    internal sealed record MeanOverPositions : NetworkOperation;

    internal sealed record Flatten : NetworkOperation;

    // Maps or means of several stages, each an output of its own: [N, W1], [N, C, H, W], ... to [N, W1 + C · H · W + ...].
    internal sealed record SideBySide(IReadOnlyList<StageOutput> Outputs) : NetworkOperation;

    // Every stride-th pixel in both directions.
    internal sealed record Subsample(long Stride) : NetworkOperation;

    // Channels of zeros before and after.
    internal sealed record PadChannels(long Before, long After) : NetworkOperation;

    // A layer with weights: a convolution, a linear layer, a batch norm, the classifier's head.
    internal sealed record Layer(nn.Module Module) : NetworkOperation;
}
