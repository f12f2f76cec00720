using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>An ONNX model without what was learned (<see cref="OnnxModel.Skeleton"/>). Needs no libtorch.</summary>
internal sealed class OnnxSkeleton
{
    private readonly ModelProto _model;
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _learned;

    /// <param name="bytes">What <see cref="OnnxModel.Skeleton"/> gave.</param>
    /// <exception cref="InvalidDataException">They are something else.</exception>
    public OnnxSkeleton(byte[] bytes)
    {
        try
        {
            _model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Damaged(error.Message, error);
        }
        _graph = _model.Graph ?? throw Damaged("it has no nodes");
        _model.Graph = null;
        _learned = _graph.Initializer.Where(weight => weight.RawData.IsEmpty).ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        foreach (var weight in _learned.Values)
            _graph.Initializer.Remove(weight);
    }

    /// <summary>Whether it needs a weight of that name.</summary>
    public bool Needs(string key) => _learned.ContainsKey(key);

    /// <summary>The whole model as a file.</summary>
    /// <param name="weights">Every weight that it needs, in any order; they are asked for their values in this one.</param>
    /// <exception cref="InvalidDataException">A weight is missing, or of another size or type.</exception>
    public OnnxFile With(IReadOnlyList<TensorToWrite> weights)
    {
        var given = weights.Select(weight => weight.Description.Key).ToHashSet(StringComparer.Ordinal);
        if (_learned.Keys.FirstOrDefault(key => !given.Contains(key)) is { } missing)
            throw Damaged($"the weight '{missing}', which it needs, is missing");
        return new(_model, _graph, weights.Select(AsNeeded));
    }

    // Some heads keep their matrix as a 1×1 convolution: the same numbers.
    private TensorToWrite AsNeeded(TensorToWrite weight)
    {
        var (found, needed) = (weight.Description, _learned[weight.Description.Key]);
        var shaped = found with { Shape = [.. needed.Dims] };
        if (found.DataType != ScalarType.Float32 || needed.DataType != OnnxGraph.NumberOf(found.DataType)
            || shaped.ElementCount != found.ElementCount)
            throw Damaged($"the weight {found} is there, but it needs {Shapes.Text(shaped.Shape)}");
        return weight with { Description = shaped };
    }

    private static InvalidDataException Damaged(string what, Exception? inner = null) => new(
        $"The graph of the saved model is damaged: {what}. Save the model again, or take another copy of the file.", inner);
}
