using System.Globalization;
using TorchSharp.Modules;
using static MLNet.ResNetFamily.OnnxGraph;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNet.ResNetFamily;

/// <summary>Writes the recorded steps of a network as nodes of a graph.</summary>
/// <param name="graph">What grows.</param>
/// <param name="type">What the network computes in.</param>
/// <param name="layers">For each layer of the recorded network the one that holds the weights, and its name.</param>
/// <param name="foldsNorms">Whether batch norms become part of the convolution before them where there is one.</param>
internal sealed class OnnxTranslation(
    OnnxGraph graph, ScalarType type, IReadOnlyDictionary<Module, (Module Layer, string Name)> layers, bool foldsNorms)
{
    private readonly Dictionary<Conv2d, FoldableBatchNorm> _norms = layers.Values.Select(entry => entry.Layer).OfType<FoldableBatchNorm>()
        .Where(norm => foldsNorms && norm.Before is not null).ToDictionary(norm => norm.Before!);

    private OnnxQuantization? _quantization;

    /// <returns>The name of what the last step gives.</returns>
    /// <param name="steps">The network's computation.</param>
    /// <param name="input">The name of its input.</param>
    /// <param name="plan">How to compute in 8 bits; null for the translation's own type.</param>
    public string Translate(IReadOnlyList<NetworkStep> steps, string input, QuantizationPlan? plan = null)
    {
        _quantization = plan is null ? null : new(graph, plan, steps, IsAbsorbed);
        var values = new Dictionary<int, string> { [0] = _quantization?.Round(0, input, null, []) ?? input };
        foreach (var step in steps)
        {
            string[] inputs = [.. step.Inputs.Select(value => values[value])];
            var output = Translate(step.Operation, inputs);
            values[step.Output] = _quantization?.Round(step.Output, output, step.Operation, inputs) ?? output;
        }
        return values[steps[^1].Output];
    }

    private bool IsAbsorbed(NetworkOperation operation) => operation is NetworkOperation.Layer layer
        && layers[layer.Module].Layer is FoldableBatchNorm { Before: not null } && foldsNorms;

    private string Translate(NetworkOperation operation, string[] x) => operation switch
    {
        NetworkOperation.Layer layer => Layer(layers[layer.Module], x[0]),
        NetworkOperation.ReLU => graph.Node("Relu", x),
        NetworkOperation.ELU elu => graph.Node("Elu", x, Float("alpha", (float)elu.Alpha)),
        NetworkOperation.Sigmoid => graph.Node("Sigmoid", x),
        NetworkOperation.Add => graph.Node("Add", x),
        NetworkOperation.Multiply => graph.Node("Mul", x),
        NetworkOperation.Scale scale => graph.Node("Mul", [x[0], Number(scale.Factor)]),
        NetworkOperation.OneMinus => graph.Node("Sub", [Number(1), x[0]]),
        NetworkOperation.Join => x.Length == 1 ? x[0] : graph.Node("Concat", x, Int("axis", 1)),
        NetworkOperation.MaxPool pool => graph.Node(
            "MaxPool", x, [.. Window(pool.Kernel, pool.Stride, pool.Padding), Int("ceil_mode", pool.Ceil ? 1 : 0)]),
        NetworkOperation.AveragePool pool => graph.Node(
            "AveragePool", x, [.. Window(pool.Kernel, pool.Stride, pool.Padding), Int("count_include_pad", pool.CountsPadding ? 1 : 0)]),
        NetworkOperation.AverageTo average => AverageTo(average, x[0]),
        NetworkOperation.MeanOverPositions => graph.Node("Flatten", [graph.Node("GlobalAveragePool", x)], Int("axis", 1)),
        NetworkOperation.Flatten => graph.Node("Flatten", x, Int("axis", 1)),
        NetworkOperation.SideBySide parts => Outputs(parts.Outputs, x),
        NetworkOperation.Subsample subsample => graph.Node("MaxPool", x, Window(1, subsample.Stride, 0)),
        NetworkOperation.PadChannels pad => graph.Node("Pad", [x[0], graph.Constant(
            $"pads_{pad.Before}_{pad.After}", ScalarType.Int64, [0, pad.Before, 0, 0, 0, pad.After, 0, 0], 8)]),
        _ => throw new InvalidOperationException($"The operation {operation} has no form in ONNX here. Add one to 'OnnxTranslation'."),
    };

    // In the graph they are outputs of their own, whatever the network computes in float32.
    private string Outputs(IReadOnlyList<StageOutput> outputs, string[] x)
    {
        foreach (var (output, value) in outputs.Zip(x))
        {
            graph.Node(type == ScalarType.Float32 ? "Identity" : "Cast", [value], type == ScalarType.Float32
                ? [] : [Int("to", NumberOf(ScalarType.Float32))]);
            graph.Output(output.Name, ScalarType.Float32, [.. output.Shape.Select(side => (long)side)]);
        }
        return "";
    }

    private string Layer((Module Layer, string Name) entry, string x)
    {
        var name = entry.Name;
        switch (entry.Layer)
        {
            case Conv2d conv:
                return Convolution(conv, name, x);
            case FoldableBatchNorm { Before: not null } when foldsNorms:
                return x;
            case NormBase norm:
                return foldsNorms ? ScaleAndShift(norm, name, x) : Norm(norm, name, x);
            case Linear linear:
                return Matrix(name, x, linear.weight!, linear.bias);
            case ClassifierHead head:
                var (weight, bias) = head.Weights;
                return Matrix(name, x, weight, bias);
            default:
                throw new InvalidOperationException(
                    $"The layer '{name}' ({entry.Layer.GetType().Name}) has no form in ONNX here. Add one to 'OnnxTranslation'.");
        }
    }

    private string Norm(NormBase norm, string name, string x)
    {
        (string Key, Tensor Values)[] parts =
            [("weight", norm.weight!), ("bias", norm.bias!), ("running_mean", norm.running_mean!), ("running_var", norm.running_var!)];
        var weights = parts.Select(part => Weight($"{name}.{part.Key}", part.Values.shape, () => part.Values));
        return graph.Named(name, "BatchNormalization", weights.Prepend(x), Float("epsilon", (float)norm.eps));
    }

    // Mean and variance are in scale and shift already: as numbers of their own they would not fit float16.
    private string ScaleAndShift(NormBase norm, string name, string x)
    {
        var channels = norm.weight!.shape[0];
        var scale = Weight($"{name}.weight", [channels], () => FoldableBatchNorm.ScaleAndShift(norm).Scale);
        var shift = Weight($"{name}.bias", [channels], () => FoldableBatchNorm.ScaleAndShift(norm).Shift);
        var (mean, variance) = (Filled($"zeros_{channels}", 0, channels), Filled($"ones_{channels}", 1, channels));
        return graph.Named(name, "BatchNormalization", [x, scale, shift, mean, variance], Float("epsilon", 0));
    }

    private string Convolution(Conv2d conv, string name, string x)
    {
        var norm = _norms.GetValueOrDefault(conv);
        Func<Tensor>? bias = norm is not null ? () => norm.Folded(conv).Bias : conv.bias is null ? null : () => conv.bias;
        var inputs = Weights(name, x, conv.weight.shape, () => norm is null ? conv.weight : norm.Folded(conv).Weight, bias);
        return graph.Named(name, "Conv", inputs,
            Ints("kernel_shape", conv.kernel_size), Ints("strides", conv.stride), Ints("pads", [.. conv.padding!, .. conv.padding!]),
            Ints("dilations", conv.dilation), Int("group", conv.groups));
    }

    // Some heads keep their matrix as a 1×1 convolution: the same numbers.
    private string Matrix(string name, string x, Tensor weight, Tensor? bias) => graph.Named(
        name, "Gemm", Weights(name, x, weight.shape[..2], () => weight, bias is null ? null : () => bias), Int("transB", 1));

    // What a layer takes: its input, its weights, the output channels first, and the bias of each.
    private List<string> Weights(string name, string x, long[] shape, Func<Tensor> weights, Func<Tensor>? bias)
    {
        if (_quantization?.RangeOf(x) is { } range)
        {
            var (rounded, shift) = _quantization.Weights(name, shape, weights, bias, range);
            return shift is null ? [x, rounded] : [x, rounded, shift];
        }
        var stored = Weight($"{name}.weight", shape, weights);
        return bias is null ? [x, stored] : [x, stored, Weight($"{name}.bias", [shape[0]], bias)];
    }

    // ONNX has no such pooling. It is linear in each direction: [size, H] · [N, C, H, W] · [W, size].
    private string AverageTo(NetworkOperation.AverageTo average, string x)
    {
        var (size, height, width) = (average.Size, average.Height, average.Width);
        if (height == size && width == size)
            return x;
        var rows = Weight($"average_rows_{height}_{size}", [size, height], () => Averaging(height, size));
        var columns = Weight($"average_columns_{width}_{size}", [width, size], () => Averaging(width, size).t().contiguous());
        return graph.Node("MatMul", [graph.Node("MatMul", [rows, x]), columns]);
    }

    // Row i is the mean of positions ⌊i · from / to⌋ to ⌈(i + 1) · from / to⌉.
    private static Tensor Averaging(long from, long to) =>
        nn.functional.adaptive_avg_pool1d(eye(from).unsqueeze(0), to)[0].t().contiguous();

    private static OnnxFormat.AttributeProto[] Window(long kernel, long stride, long padding) =>
        [Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride), Ints("pads", padding, padding, padding, padding)];

    private string Filled(string name, double value, params long[] shape) =>
        Weight(name, shape, () => full(shape, value, dtype: ScalarType.Float32));

    private string Number(double value) => Filled(value.ToString("R", CultureInfo.InvariantCulture), value);

    private string Weight(string name, long[] shape, Func<Tensor> values) => graph.Weight(name, type, shape, values);
}
