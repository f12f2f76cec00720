using System.Globalization;
using static MLNet.ResNetFamily.OnnxGraph;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Writes a graph whose convolutions and matrices compute in 8 bits: values are rounded to bytes and back (QuantizeLinear,
/// DequantizeLinear), weights are stored as signed bytes with a scale for each output channel. Runtimes put these together into integer
/// arithmetic: Jacob et al. (2017), https://arxiv.org/abs/1712.05877.
/// </summary>
internal sealed class OnnxQuantization
{
    private const int LargestWeight = 127;
    private const double LargestBias = 1 << 30;

    private readonly OnnxGraph _graph;
    private readonly ActivationRanges _ranges;
    private readonly Dictionary<string, QuantizedRange> _rounded = [];
    private readonly HashSet<int> _exact;

    /// <param name="graph">What grows.</param>
    /// <param name="plan">How to do it.</param>
    /// <param name="steps">The network's computation.</param>
    /// <param name="isAbsorbed">Whether a step leaves its value as it is, because the step before does its work.</param>
    public OnnxQuantization(
        OnnxGraph graph, QuantizationPlan plan, IReadOnlyList<NetworkStep> steps, Func<NetworkOperation, bool> isAbsorbed)
    {
        (_graph, _ranges) = (graph, plan.Ranges);
        var uses = steps.SelectMany(step => step.Inputs.Select(input => (Input: input, step.Operation)))
            .ToLookup(use => use.Input, use => use.Operation);
        _exact = [.. uses.Where(use => use.All(IsDoneBeforeRounding)).Select(use => use.Key), steps[^1].Output];
        if (plan.KeepsFirstAndLastLayer)
        {
            _exact.Add(0);
            _exact.UnionWith(steps[^1].Inputs);
        }

        bool IsDoneBeforeRounding(NetworkOperation operation) => operation is NetworkOperation.ReLU || isAbsorbed(operation);
    }

    /// <summary>How a value was rounded; null where it is exact.</summary>
    public QuantizedRange? RangeOf(string value) => _rounded.TryGetValue(value, out var range) ? range : null;

    /// <summary>Rounds a value, unless the next step has to see it as it is.</summary>
    /// <param name="number">The value's number.</param>
    /// <param name="value">Its name.</param>
    /// <param name="operation">What gave it; null for the network's input.</param>
    /// <param name="inputs">What that took.</param>
    /// <returns>The name of the rounded value.</returns>
    public string Round(int number, string value, NetworkOperation? operation, string[] inputs)
    {
        if (_exact.Contains(number))
            return value;
        // What only moves numbers gives them as they were rounded before.
        if (operation is NetworkOperation.MaxPool or NetworkOperation.Subsample or NetworkOperation.Flatten
            && RangeOf(inputs[0]) is { } same)
            return Rounded(value, same, number);
        var (min, max) = _ranges.Of(number);
        return Rounded(value, QuantizedRange.Of(min, max), number);
    }

    /// <summary>Weights as bytes.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="shape">Their shape, the output channels first.</param>
    /// <param name="weights">Gives them in float32.</param>
    /// <param name="bias">Gives the bias of each channel; null where there is none.</param>
    /// <param name="input">How the layer's input was rounded.</param>
    /// <returns>The name of the weights, and that of the bias.</returns>
    public (string Weights, string? Bias) Weights(
        string name, long[] shape, Func<Tensor> weights, Func<Tensor>? bias, QuantizedRange input)
    {
        var channels = shape[0];
        Tensor Scale()
        {
            var largest = weights().abs().flatten(1).amax([1]) / LargestWeight;
            // A channel of weights near zero must leave room for its bias.
            var needed = bias is null ? zeros_like(largest) : bias().abs() / (input.Scale * LargestBias);
            return maximum(maximum(largest, needed), full_like(largest, 1e-12));
        }
        var scale = _graph.Weight($"{name}_scale", ScalarType.Float32, [channels], Scale);
        var zeroPoint = _graph.Weight($"int8_zeros_{channels}", ScalarType.Int8, [channels], () => zeros(channels, dtype: ScalarType.Int8));
        long[] perChannel = [channels, .. Enumerable.Repeat(1L, shape.Length - 1)];
        var bytes = _graph.Weight($"{name}_int8", ScalarType.Int8, shape, () =>
        {
            var steps = (weights().reshape(shape) / Scale().reshape(perChannel)).round();
            return steps.clamp(-LargestWeight, LargestWeight).to(ScalarType.Int8);
        });
        var dequantized = _graph.Node("DequantizeLinear", [bytes, scale, zeroPoint], Int("axis", 0));
        if (bias is null)
            return (dequantized, null);
        var biasScale = _graph.Weight($"{name}_bias_scale", ScalarType.Float32, [channels], () => Scale() * input.Scale);
        var integers = _graph.Weight($"{name}_bias_int32", ScalarType.Int32, [channels], () => (bias() / (Scale() * input.Scale)).round()
            .to(ScalarType.Int32));
        return (dequantized, _graph.Node("DequantizeLinear", [integers, biasScale], Int("axis", 0)));
    }

    private string Rounded(string value, QuantizedRange range, int number)
    {
        var label = number.ToString(CultureInfo.InvariantCulture);
        var scale = _graph.Constant($"value_{label}_scale", ScalarType.Float32, [range.Scale]);
        var zeroPoint = _graph.Constant($"value_{label}_zero", ScalarType.Byte, [range.ZeroPoint]);
        var bytes = _graph.Node("QuantizeLinear", [value, scale, zeroPoint]);
        var rounded = _graph.Node("DequantizeLinear", [bytes, scale, zeroPoint]);
        _rounded[rounded] = range;
        return rounded;
    }
}
