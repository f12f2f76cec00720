using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What an optimizer remembers from step to step, as named tensors and counters, so that a checkpoint can carry it.</summary>
internal static class OptimizerStateDict
{
    /// <summary>The tensors that there are: <c>17.momentum</c> belongs to the weight that the optimizer was given as number 17.</summary>
    public static IEnumerable<(string Key, Tensor Tensor)> NamedState(GroupedOptimizer optimizer) =>
        optimizer.States.SelectMany(
            (state, number) => SlotsOf(state).Where(slot => slot.Value is not null).Select(slot => ($"{number}.{slot.Name}", slot.Value!)));

    /// <summary>The number of steps that each weight took.</summary>
    public static IReadOnlyList<long> StepCounts(GroupedOptimizer optimizer) => [.. optimizer.States.Select(state => state switch
    {
        AdamW.State adam => adam.step,
        RMSProp.State rms => rms.step,
        _ => 0,
    })];

    /// <summary>Makes room for the tensors of a checkpoint, in the memory order of their weights, and sets the counters.</summary>
    /// <param name="optimizer">The optimizer, as it begins.</param>
    /// <param name="keys">Keys of the checkpoint's tensors.</param>
    /// <param name="stepCounts">The counters.</param>
    public static void Prepare(GroupedOptimizer optimizer, IReadOnlySet<string> keys, IReadOnlyList<long> stepCounts)
    {
        foreach (var (number, (state, weight)) in optimizer.States.Zip(optimizer.Parameters).Index())
        {
            foreach (var (name, value, set) in SlotsOf(state))
            {
                if (value is null && keys.Contains($"{number}.{name}"))
                    set(empty_like(weight).detach_().DetachFromDisposeScope());
            }
            if (state is AdamW.State adam)
                adam.step = stepCounts[number];
            else if (state is RMSProp.State rms)
                rms.step = stepCounts[number];
        }
    }

    private static (string Name, Tensor? Value, Action<Tensor> Set)[] SlotsOf(OptimizerState state) => state switch
    {
        SGD.State sgd => [("momentum", sgd.momentum_buffer, value => sgd.momentum_buffer = value)],
        AdamW.State adam =>
            [("mean", adam.exp_avg, value => adam.exp_avg = value), ("square", adam.exp_avg_sq, value => adam.exp_avg_sq = value)],
        RMSProp.State rms =>
        [
            ("square", rms.square_avg, value => rms.square_avg = value),
            ("momentum", rms.momentum_buffer, value => rms.momentum_buffer = value),
        ],
        _ => throw new NotSupportedException($"No checkpoint can carry the state of an optimizer of the type {state.GetType()}."),
    };
}
