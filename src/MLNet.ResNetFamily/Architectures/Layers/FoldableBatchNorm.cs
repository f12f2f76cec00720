using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

// Ioffe and Szegedy (2015), https://arxiv.org/abs/1502.03167: PyTorch's BatchNorm2d with one thing more. Where it normalizes what a
// convolution gives, and no other layer sees that, the convolution can take its work over for scoring.
internal sealed class FoldableBatchNorm : BatchNorm
{
    private const double DefaultMomentum = 0.1;

    // A field that held the convolution itself would be registered, and the convolution belongs to the block.
    private readonly Conv2d[] _before;
    private bool _isFolded;

    internal FoldableBatchNorm(long channels, double eps, params Conv2d[] before)
        : base(channels, eps, DefaultMomentum, affine: true, track_running_stats: true, device: null, dtype: null, "BatchNorm2d") =>
        _before = before;

    // The processes whose images are normalized together in training; null for those of this one alone.
    internal ITransport? Processes { get; set; }

    public override Tensor forward(Tensor input)
    {
        if (_isFolded)
            return input.alias();
        if (Processes is null || !training)
            return base.forward(input);
        ValidateInputDimensions(input);
        return SharedBatchNorm.Apply(this, Processes, input);
    }

    // Moves the running statistics towards those of a batch, as torch's batch norm does.
    internal void Move(Tensor mean, Tensor variance, long count)
    {
        if (count == 0)
            return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        running_mean!.mul_(1 - DefaultMomentum).add_(mean, DefaultMomentum);
        running_var!.mul_(1 - DefaultMomentum).add_(variance, DefaultMomentum * count / Math.Max(1, count - 1));
        num_batches_tracked!.add_(1);
    }

    // The convolution whose work could include this layer's; null where there is none.
    internal Conv2d? Before => _before is [var conv] ? conv : null;

    // Afterwards the network scores as before, to rounding, and cannot be trained any more.
    internal void Fold()
    {
        if (_isFolded || Before is not { } conv)
            return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (kernel, shift) = Folded(conv);
        conv.weight = new Parameter(kernel, requires_grad: false);
        conv.bias = new Parameter(shift, requires_grad: false);
        _isFolded = true;
    }

    // Weight and bias of a convolution that gives what this layer makes of the given one.
    internal (Tensor Weight, Tensor Bias) Folded(Conv2d conv)
    {
        var (scale, shift) = ScaleAndShift(this);
        if (conv.bias is not null)
            shift += conv.bias * scale;
        return (conv.weight * scale.reshape(-1, 1, 1, 1), shift);
    }

    // What a batch norm does to each channel in scoring: times the first, plus the second; both of shape [C].
    internal static (Tensor Scale, Tensor Shift) ScaleAndShift(NormBase norm)
    {
        var scale = norm.weight / (norm.running_var! + norm.eps).sqrt();
        return (scale, norm.bias! - norm.running_mean! * scale);
    }

    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() != 4)
        {
            throw new ArgumentException(
                $"A batch norm got a tensor of shape [{string.Join(", ", input.shape)}], but needs [N, C, H, W].", nameof(input));
        }
    }
}
