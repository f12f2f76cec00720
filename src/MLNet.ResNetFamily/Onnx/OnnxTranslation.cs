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

    /// <returns>The name of what the last step gives.</returns>
    public string Translate(IReadOnlyList<NetworkStep> steps, string input)
    {
        var values = new Dictionary<int, string> { [0] = input };
        foreach (var step in steps)
            values[step.Output] = Translate(step.Operation, [.. step.Inputs.Select(value => values[value])]);
        return values[steps[^1].Output];
    }

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
        NetworkOperation.MaxPool pool => graph.Node("MaxPool", x, Window(pool.Kernel, pool.Stride, pool.Padding)),
        NetworkOperation.AveragePool pool => graph.Node(
            "AveragePool", x, [.. Window(pool.Kernel, pool.Stride, pool.Padding), Int("count_include_pad", pool.CountsPadding ? 1 : 0)]),
        NetworkOperation.AverageTo average => AverageTo(average, x[0]),
        NetworkOperation.MeanOverPositions => graph.Node("Flatten", [graph.Node("GlobalAveragePool", x)], Int("axis", 1)),
        NetworkOperation.Flatten => graph.Node("Flatten", x, Int("axis", 1)),
        NetworkOperation.Subsample subsample => graph.Node("MaxPool", x, Window(1, subsample.Stride, 0)),
        NetworkOperation.PadChannels pad => graph.Node("Pad", [x[0], graph.Constant(
            $"pads_{pad.Before}_{pad.After}", ScalarType.Int64, [0, pad.Before, 0, 0, 0, pad.After, 0, 0], 8)]),
        _ => throw new InvalidOperationException($"The operation {operation} has no form in ONNX here. Add one to 'OnnxTranslation'."),
    };

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
        var kernel = Weight($"{name}.weight", conv.weight.shape, () => norm is null ? conv.weight : norm.Folded(conv).Weight);
        var inputs = new List<string> { x, kernel };
        if (norm is not null || conv.bias is not null)
            inputs.Add(Weight($"{name}.bias", [conv.out_channels], () => norm is null ? conv.bias! : norm.Folded(conv).Bias));
        return graph.Named(name, "Conv", inputs,
            Ints("kernel_shape", conv.kernel_size), Ints("strides", conv.stride), Ints("pads", [.. conv.padding!, .. conv.padding!]),
            Ints("dilations", conv.dilation), Int("group", conv.groups));
    }

    // Some heads keep their matrix as a 1×1 convolution: the same numbers.
    private string Matrix(string name, string x, Tensor weight, Tensor? bias)
    {
        var inputs = new List<string> { x, Weight($"{name}.weight", weight.shape[..2], () => weight) };
        if (bias is not null)
            inputs.Add(Weight($"{name}.bias", bias.shape, () => bias));
        return graph.Named(name, "Gemm", inputs, Int("transB", 1));
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

    private string Weight(string name, long[] shape, Func<Tensor> values) => graph.Weight(new(new(name, type, shape), take =>
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        TensorValues.Provide(values(), type, take, name);
    }));
}
