using System.Runtime.InteropServices;
using MLNet.ResNetFamily.OnnxFormat;
using static MLNet.ResNetFamily.OnnxFormat.AttributeProto.Types;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A graph that grows node by node. Values go by name; weights are read when the file is written.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, int> _counts = [];
    private readonly HashSet<string> _weightNames = [];

    /// <summary>Everything but the weights.</summary>
    public GraphProto Proto { get; } = new();

    /// <summary>The weights, in the order of their use.</summary>
    public List<TensorToWrite> Weights { get; } = [];

    /// <summary>Adds a node with one output; its name is made of its operator.</summary>
    /// <returns>The name of the output.</returns>
    public string Node(string op, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var count = _counts[op] = _counts.GetValueOrDefault(op) + 1;
        return Named($"{op}_{count}", op, inputs, attributes);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The name of the output.</returns>
    public string Named(string name, string op, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        // A layer may be called as the graph's own output is.
        var output = $"{name}.output";
        Proto.Node.Add(new NodeProto { Name = name, OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    public string Cast(string value, ScalarType type) => Node("Cast", [value], Int("to", NumberOf(type)));

    /// <summary>Adds a weight, unless there is one of that name.</summary>
    /// <returns>Its name.</returns>
    public string Weight(TensorToWrite weight)
    {
        if (_weightNames.Add(weight.Description.Key))
            Weights.Add(weight);
        return weight.Description.Key;
    }

    /// <summary>Adds a weight that is computed when it is written, unless there is one of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type that it is written in.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Gives its values.</param>
    /// <returns>Its name.</returns>
    public string Weight(string name, ScalarType type, long[] shape, Func<Tensor> values) => Weight(new(new(name, type, shape), take =>
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        TensorValues.Provide(values(), type, take, name);
    }));

    /// <summary>Adds numbers that nothing was learned of, unless there are some of that name.</summary>
    /// <returns>Their name.</returns>
    public string Constant<T>(string name, ScalarType type, T[] values, params long[] shape) where T : unmanaged =>
        Weight(new(new(name, type, shape), take => take(MemoryMarshal.AsBytes(values.AsSpan()))));

    public void Input(string name, ScalarType type, params long[] shape) => Proto.Input.Add(Value(name, type, shape));

    /// <summary>Makes what the last node gives an output of the graph.</summary>
    public void Output(string name, ScalarType type, params long[] shape)
    {
        Proto.Node[^1].Output[0] = name;
        Proto.Output.Add(Value(name, type, shape));
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = AttributeType.Int };

    public static AttributeProto Ints(string name, params IEnumerable<long> values) =>
        new() { Name = name, Ints = { values }, Type = AttributeType.Ints };

    public static AttributeProto Float(string name, float value) => new() { Name = name, F = value, Type = AttributeType.Float };

    /// <summary>The number by which ONNX knows a type of elements.</summary>
    public static int NumberOf(ScalarType type) => DataTypes.Of(type).Onnx;

    // The first dimension, of the images in a batch, is free.
    private static ValueInfoProto Value(string name, ScalarType type, long[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        dimensions.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = NumberOf(type), Shape = dimensions } } };
    }
}
