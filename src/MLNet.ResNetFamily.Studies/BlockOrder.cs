using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The order of a network's residual units. Those of the same shapes within a run can change places: their weights are exchanged.
/// </summary>
internal sealed class BlockOrder
{
    private readonly IReadOnlyList<IReadOnlyList<Tensor>> _states;
    private readonly IReadOnlyList<(int First, int Second)> _pairs;

    private BlockOrder(IReadOnlyList<IReadOnlyList<Tensor>> states, IReadOnlyList<(int, int)> pairs) => (_states, _pairs) = (states, pairs);

    /// <summary>The order of a network, or null where no two units can change places.</summary>
    public static BlockOrder? Of(ImageClassifierNetwork network)
    {
        var units = network.Backbone.modules().Where(module => module is IResidualUnit).ToList();
        var states = units.Select(unit => (IReadOnlyList<Tensor>)[.. Backbone.State(unit, "").Select(entry => entry.Tensor)]).ToList();
        var pairs = new List<(int, int)>();
        for (var i = 0; i < units.Count; i++)
        {
            for (var j = i + 1; j < units.Count; j++)
            {
                if (((IResidualUnit)units[i]).KeepsShape && ((IResidualUnit)units[j]).KeepsShape && SameShapes(states[i], states[j]))
                    pairs.Add((i, j));
            }
        }
        return pairs.Count == 0 ? null : new(states, pairs);
    }

    /// <summary>The order after some random exchanges of two units that can change places: which unit stands at each place.</summary>
    public int[] Shuffled(int swaps, Random random)
    {
        int[] order = [.. Enumerable.Range(0, _states.Count)];
        for (var i = 0; i < swaps; i++)
        {
            var (first, second) = _pairs[random.Next(_pairs.Count)];
            (order[first], order[second]) = (order[second], order[first]);
        }
        return order;
    }

    /// <summary>Kendall's rank correlation of an order with the original one: 1 for the same, -1 for the reverse.</summary>
    public static double KendallTau(IReadOnlyList<int> order)
    {
        var inversions = 0;
        for (var i = 0; i < order.Count; i++)
            inversions += order.Skip(i + 1).Count(later => later < order[i]);
        return 1 - 4.0 * inversions / ((double)order.Count * (order.Count - 1));
    }

    /// <summary>Measures the network in another order, and brings the units back.</summary>
    public double With(IReadOnlyList<int> order, Func<double> measure)
    {
        using var scope = NewDisposeScope();
        var original = _states.Select(state => state.Select(tensor => tensor.detach().clone()).ToList()).ToList();
        Write(place => original[order[place]]);
        try
        {
            return measure();
        }
        finally
        {
            Write(place => original[place]);
        }
    }

    private void Write(Func<int, IReadOnlyList<Tensor>> stateOf)
    {
        using var frozen = no_grad();
        for (var place = 0; place < _states.Count; place++)
        {
            foreach (var (to, from) in _states[place].Zip(stateOf(place)))
                to.copy_(from);
        }
    }

    private static bool SameShapes(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second) =>
        first.Count == second.Count && first.Zip(second).All(pair => pair.First.shape.SequenceEqual(pair.Second.shape));
}
