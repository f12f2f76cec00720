using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>See <see cref="OptimizerKind.Lamb"/>. TorchSharp has none; what it remembers of each weight is what AdamW does.</summary>
/// <param name="groups">The weights and how they learn.</param>
internal sealed class Lamb(IEnumerable<AdamW.ParamGroup> groups) : AdamW(groups)
{
    /// <summary>Added behind the root, as the paper and timm have it.</summary>
    public const double Epsilon = 1e-6;

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Step, closure);

    private void Step(ParamGroup group)
    {
        var (beta1, beta2) = group.Betas;
        foreach (var weight in group.Parameters)
        {
            if (weight.grad is not { } gradient)
                continue;
            using var scope = NewDisposeScope();
            var state = (State)_state[weight.Handle];
            state.step++;
            state.exp_avg.mul_(beta1).add_(gradient, 1 - beta1);
            state.exp_avg_sq.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
            var root = state.exp_avg_sq.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, state.step)));
            var update = state.exp_avg.div(1 - Math.Pow(beta1, state.step)).div_(root.add_(Epsilon));
            if (group.Options.weight_decay is > 0 and var decay)
            {
                update.add_(weight, decay);
                var (length, ofUpdate) = (weight.norm(), update.norm());
                update.mul_(where(length.gt(0).logical_and(ofUpdate.gt(0)), length / ofUpdate, ones_like(length)));
            }
            weight.add_(update, -group.LearningRate);
        }
    }
}
