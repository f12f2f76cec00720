using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>How a network is written as an ONNX file.</summary>
public sealed record OnnxExportOptions
{
    internal const int SmallestOpset = 13;
    internal const int LargestOpset = 26;

    /// <summary>
    /// What the network computes in: <see cref="ScalarType.Float32"/>, the default, or <see cref="ScalarType.Float16"/>, which halves the
    /// file. What goes in and comes out is float32 in both, because ML.NET knows no float16.
    /// </summary>
    public ScalarType FloatType { get; init; } = ScalarType.Float32;

    /// <summary>
    /// Version of ONNX's operators that a runtime must know, 13 to 26; 17 by default, which ONNX Runtime knows since version 1.12. The
    /// file's IR version is that of the ONNX release which brought the operators: 8 for 17.
    /// </summary>
    public int Opset { get; init; } = 17;

    /// <summary>
    /// Whether the graph scales and normalizes the pixels itself: its input is then uint8 [N, S, S, 3], red, green and blue from 0 to 255.
    /// False by default: the input is float32 [N, 3, S, S], normalized. Resizing and cropping to S × S pixels are the caller's in both,
    /// and so are setting upright and making gray. A backbone of other <see cref="BackboneSpec.InputChannels"/> has as many in place of 3.
    /// </summary>
    public bool IncludesPreprocessing { get; init; }

    /// <summary>
    /// Whether a classifier's graph ends in a softmax, or in a sigmoid where an image may show several classes, so that its output is the
    /// probabilities. True by default; false for the logits. A featurizer has neither.
    /// </summary>
    public bool GivesProbabilities { get; init; } = true;

    // Of the first ONNX release with that opset; not every release brought another.
    internal int IrVersion => Opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        <= 22 => 10,
        23 => 11,
        24 => 12,
        _ => 13,
    };

    internal void Validate()
    {
        if (FloatType is not (ScalarType.Float32 or ScalarType.Float16))
            throw new ArgumentException($"OnnxExportOptions.FloatType is {FloatType}, but must be Float32 or Float16.", nameof(FloatType));
        if (Opset is < SmallestOpset or > LargestOpset)
        {
            throw new ArgumentException(
                $"OnnxExportOptions.Opset is {Opset}, but must be from {SmallestOpset} to {LargestOpset}. Keep 17 unless you need another.",
                nameof(Opset));
        }
    }
}
