using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// conv(relu(norm(concatenation))) that keeps nothing for the backward pass but its inputs, and computes the rest a second time there.
// Each map enters all later concatenations of its block, so that keeping them takes memory quadratic in the depth.
internal sealed class RecomputedConcatenation : autograd.SingleTensorFunction<RecomputedConcatenation>
{
    private const string LayersKey = "layers";
    private const int FirstMap = 4;                               // after the layers and their three weights

    // Gradients that the engine has by now: their handles would otherwise live until the training step's scope ends.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    public override string Name => nameof(RecomputedConcatenation);

    internal static Tensor Apply(BatchNorm2d norm, Conv2d conv, Tensor[] maps) =>
        apply([(norm, conv), norm.weight, norm.bias!, conv.weight, .. maps]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (norm, conv) = ((BatchNorm2d, Conv2d))vars[0];
        ctx.save_data(LayersKey, vars[0]);
        ctx.save_for_backward([.. vars.Skip(1).Cast<Tensor>()]);
        using var scope = NewDisposeScope();
        Tensor[] maps = [.. vars.Skip(FirstMap).Cast<Tensor>()];
        return conv.call(norm.call(cat(maps, 1)).relu_()).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        handedOver?.ForEach(gradient => gradient.Dispose());
        var (norm, conv) = ((BatchNorm2d, Conv2d))ctx.get_data(LayersKey);
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var inputs = ctx.get_saved_variables().ConvertAll(saved => saved.detach().requires_grad_());
        var (weight, bias, kernel, maps) = (inputs[0], inputs[1], inputs[2], inputs[(FirstMap - 1)..]);

        // The statistics of the batch once more, but not the running ones: the forward pass has moved those.
        var y = functional.batch_norm(cat(maps, 1), null, null, weight, bias, training: true, eps: norm.eps).relu_();
        y = functional.conv2d(y, kernel, null, conv.stride, conv.padding, conv.dilation, conv.groups);
        handedOver = [.. autograd.grad([y], inputs, [grad_output]).Select(gradient => gradient.MoveToOuterDisposeScope())];
        grad_output.Dispose();
        return [null!, .. handedOver];
    }
}
