using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>An ONNX model without what was learned (<see cref="OnnxModel.Skeleton"/>). Needs no libtorch.</summary>
internal sealed class OnnxSkeleton
{
    private readonly ModelProto _model;
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
        var initializers = _model.Graph?.Initializer ?? throw Damaged("it has no nodes");
        _learned = initializers.Where(weight => weight.RawData.IsEmpty).ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        foreach (var weight in _learned.Values)
            initializers.Remove(weight);
    }

    /// <summary>Whether it needs a weight of that name.</summary>
    public bool Needs(string key) => _learned.ContainsKey(key);

    /// <summary>The model over a file with its weights, which ONNX Runtime maps into memory instead of copying it.</summary>
    /// <param name="fileName">Name of the file, which lies beside the model.</param>
    /// <param name="weights">Every weight that it needs, in any order; their data begin with the file.</param>
    /// <exception cref="InvalidDataException">A weight is missing, or of another size or type.</exception>
    public ModelProto Over(string fileName, IReadOnlyList<SafetensorsEntry> weights)
    {
        var given = weights.ToDictionary(weight => weight.Tensor.Key, StringComparer.Ordinal);
        var model = _model.Clone();
        foreach (var needed in _learned.Values)
        {
            if (!given.TryGetValue(needed.Name, out var weight))
                throw Damaged($"the weight '{needed.Name}', which it needs, is missing");
            model.Graph.Initializer.Add(Placed(needed, weight, fileName));
        }
        return model;
    }

    // Some heads keep their matrix as a 1×1 convolution: the same numbers.
    private static TensorProto Placed(TensorProto needed, SafetensorsEntry weight, string fileName)
    {
        var found = weight.Tensor;
        var shaped = found with { Shape = [.. needed.Dims] };
        if (found.DataType != ScalarType.Float32 || needed.DataType != OnnxGraph.NumberOf(found.DataType)
            || shaped.ElementCount != found.ElementCount)
            throw Damaged($"the weight {found} is there, but it needs {Shapes.Text(shaped.Shape)}");
        var header = OnnxFile.HeaderOf(shaped);
        header.DataLocation = TensorProto.Types.DataLocation.External;
        header.ExternalData.Add(
        [
            Entry("location", fileName), Entry("offset", $"{weight.Begin}"), Entry("length", $"{weight.End - weight.Begin}"),
        ]);
        return header;

        static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
    }

    private static InvalidDataException Damaged(string what, Exception? inner = null) => new(
        $"The graph of the saved model is damaged: {what}. Save the model again, or take another copy of the file.", inner);
}
