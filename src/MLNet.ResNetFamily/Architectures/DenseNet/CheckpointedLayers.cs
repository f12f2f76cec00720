using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// BN-ReLU-conv on concatenated maps, once or several times, that keeps nothing for the backward pass but the maps, and computes the rest
// a second time there. Each map enters all later concatenations of its block, so that keeping these takes memory quadratic in the depth.
internal sealed class CheckpointedLayers : autograd.SingleTensorFunction<CheckpointedLayers>
{
    private const string StepsKey = "steps";
    private const int WeightsPerStep = 3;

    // Gradients that the engine has by now: their handles would otherwise live until the training step's scope ends.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    public override string Name => nameof(CheckpointedLayers);

    internal static Tensor Apply((FoldableBatchNorm Norm, Conv2d Conv)[] steps, params Tensor[] maps) =>
        apply([steps, .. steps.SelectMany(step => new Tensor[] { step.Norm.weight, step.Norm.bias!, step.Conv.weight }), .. maps]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var steps = ((FoldableBatchNorm Norm, Conv2d Conv)[])vars[0];
        ctx.save_data(StepsKey, steps);
        ctx.save_for_backward([.. vars.Skip(1).Cast<Tensor>()]);
        var maps = vars.Skip(1 + WeightsPerStep * steps.Length).Cast<Tensor>().ToArray();
        var y = Forward(steps, maps);
        GiveBackFreedMemory(maps.Length, y.device);
        return y;
    }

    private static Tensor Forward((FoldableBatchNorm Norm, Conv2d Conv)[] steps, Tensor[] maps)
    {
        using var scope = NewDisposeScope();
        var x = Join(maps);
        foreach (var (norm, conv) in steps)
            x = conv.call(norm.call(x).relu_());
        return x.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        handedOver?.ForEach(gradient => gradient.Dispose());
        var steps = ((FoldableBatchNorm Norm, Conv2d Conv)[])ctx.get_data(StepsKey);
        handedOver = Gradients(steps, ctx.get_saved_variables(), grad_output);
        GiveBackFreedMemory(handedOver.Count - WeightsPerStep * steps.Length, grad_output.device);
        grad_output.Dispose();
        return [null!, .. handedOver];
    }

    private static List<Tensor> Gradients((FoldableBatchNorm Norm, Conv2d Conv)[] steps, List<Tensor> savedTensors, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var inputs = savedTensors.ConvertAll(saved => saved.detach().requires_grad_());
        var x = Join(inputs[(WeightsPerStep * steps.Length)..]);
        for (var i = 0; i < steps.Length; i++)
        {
            var (norm, conv) = steps[i];
            var (weight, bias, kernel) = (inputs[WeightsPerStep * i], inputs[WeightsPerStep * i + 1], inputs[WeightsPerStep * i + 2]);
            // The statistics of the batch once more, but not the running ones, unless these are kept: the forward pass has moved them.
            x = functional.batch_norm(
                x, norm.training ? null : norm.running_mean, norm.training ? null : norm.running_var, weight, bias, norm.training,
                eps: norm.eps).relu_();
            x = functional.conv2d(x, kernel, null, conv.stride, conv.padding, conv.dilation, conv.groups);
        }
        return [.. autograd.grad([x], inputs, [gradient]).Select(result => result.MoveToOuterDisposeScope())];
    }

    // Concatenations grow from layer to layer, so that each is too large for the hole that the one before it left in the heap: the peak
    // was 2.1 times the tensors' own size. Only a block's first layer and a transition have one map; after every layer it takes longer.
    private static void GiveBackFreedMemory(int mapCount, Device device)
    {
        if (mapCount == 1 && device.type == DeviceType.CPU)
            FreedMemory.GiveBack();
    }

    private static Tensor Join(IList<Tensor> maps) => maps.Count == 1 ? maps[0] : cat(maps, 1);
}
